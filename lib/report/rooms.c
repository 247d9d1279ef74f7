#include "report/rooms.h"

static const struct cf_room rooms[] = {
	{ CF_ROOM_SUMMARY, "summary", "At a glance", "", "No facts yet." },
	{ CF_ROOM_FORECASTS, "forecasts", "Forecasts against what happened",
	    "The band is the interval that was forecast, the line in it the "
	    "expected value; a dot is an outcome inside the interval, a cross "
	    "one outside. The right end waits for its outcomes.",
	    "No forecasts yet: they come with the first run." },
	{ CF_ROOM_BALANCE, "balance", "Balance of the accounts",
	    "The band holds the balance with the level of the forecasts; the "
	    "last column is the chance of lying below the floor.", NULL },
	{ CF_ROOM_RISK, "risk", "Risk of the newest forecasts",
	    "Losses are per 100 committed. HIGH means that the value at risk "
	    "is above the limit.",
	    NULL },
	{ CF_ROOM_QUALITY, "quality", "Calibration",
	    "Are intervals as wide as they should be? Of 90 % intervals 90 in "
	    "100 hold their outcome. Outcomes over several days overlap, so "
	    "months move by more than chance alone.",
	    "No outcomes yet: they come as many bars after the forecast as its "
	    "horizon says." },
	{ CF_ROOM_SKILL, "skill", "Skill against doing without a model",
	    "1 would be perfect, 0 is as good as the best forecast without a "
	    "model, below 0 is worse than that.",
	    "No outcomes yet to judge by." },
	{ CF_ROOM_DRIFT, "drift", "Drift",
	    "The worst finding of each week. ok is what quiet months show, "
	    "watch is worth a look, bad asks for a new model.",
	    "No findings yet: cf-drift makes them." },
	{ CF_ROOM_MODEL, "model", "The model in use", "",
	    "No model is promoted yet." },
	{ CF_ROOM_RUNS, "runs", "Runs of the pipeline", "",
	    "No run yet." },
	{ CF_ROOM_BACKUPS, "backups", "Backups", "",
	    "No backup yet: cf-backup create makes one." },
};

const struct cf_room *
cf_rooms(size_t * n)
{

	*n = sizeof(rooms) / sizeof(rooms[0]);
	return (rooms);
}
