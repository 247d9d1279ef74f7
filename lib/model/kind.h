#ifndef CF_MODEL_KIND_H_
#define CF_MODEL_KIND_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Kinds of target: what the forest learns of a record's target, and back.
 * Each kind is a row of one table; nothing else in the model tells them apart
 * by name.  With `scale` the record's scale s and `level` its level:
 *
 *	holding		z = ln(target / 100) / s; s from the scale model
 *	amount		z = (target - level) / scale; both are columns of the
 *			record, in the unit of its account
 *	plain		z = target
 */
enum cf_kind_id {
	CF_KIND_HOLDING = 1,
	CF_KIND_PLAIN = 2,
	CF_KIND_AMOUNT = 3
};

struct cf_kind {
	enum cf_kind_id id;
	const char * name;
	const char * target;	/* Its column; NULL: must be named. */
	const char * entity;	/* Key column that tells it; NULL: none. */
	int is_return;		/* Target is 100 * exp(s * z). */
	int has_unit;		/* Records have a level and a scale. */
	size_t cells;		/* Of the grid. */
	uint32_t min_leaf;	/* Default rows of a leaf, at least, */
	double min_leaf_share;	/* and as a share of the rows. */
	uint32_t min_leaf_dates; /* Default distinct dates of a leaf. */
	double correlation;	/* Of outcomes of one date, about. */
	int is_symmetric;	/* Calibration leaves the median alone: what
				 * was too low in one season is not so in the
				 * next. */
	uint32_t trees;		/* Default; 0: as many as needed. */
	double fold_trees;	/* Trees of a fold of the walk-forward, by
				 * those of the final fit. */
};

/**
 * cf_kind_by_id(id), cf_kind_by_name(name):
 * Return the row, or NULL.
 */
const struct cf_kind * cf_kind_by_id(uint32_t id);
const struct cf_kind * cf_kind_by_name(const char * name);

/**
 * cf_kind_of(entity, has_target):
 * Return the kind that a file's header tells: that of its key column ${entity}
 * (NULL: none), if the file ${has_target} the target of that kind, cash_flow.
 */
const struct cf_kind * cf_kind_of(const char * entity, int has_target);

#define CF_KIND_NAMES "holding|amount|plain"

#define CF_KIND_LEVEL "level"	/* Columns of kinds with a unit. */
#define CF_KIND_SCALE "scale"

/**
 * cf_kind_log(kind, target):
 * Return the target as it is before scaling: the log return of a holding, the
 * number itself of any other target; NaN where there is none.
 */
double cf_kind_log(const struct cf_kind * kind, double target);

/**
 * cf_kind_value(kind, scale, z):
 * Return the target that belongs to ${z} at that scale.
 */
double cf_kind_value(const struct cf_kind * kind, double scale, double z);

#endif /* !CF_MODEL_KIND_H_ */
