#include <math.h>

#include "report/chart.h"
#include "report/html.h"
#include "report/markup.h"
#include "report/rooms.h"

/* Colours: Okabe and Ito (2008), told apart by all kinds of eyes. */
static const char style[] =
    ":root{color-scheme:light dark;--page:#fff;--card:#f6f8fa;--ink:#1b1f24;"
    "--soft:#57606a;--rule:#d0d7de;--band:#0072b2;--line:#00507d;"
    "--miss:#b34700;--two:#b34700;--three:#00694b;--four:#8a3d6d;"
    "--good:#00694b;--watch:#8f5a00;--bad:#b3261e}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161b22;"
    "--ink:#e6edf3;--soft:#a3adb8;--rule:#3a424c;--band:#56b4e9;"
    "--line:#9bd3f5;--miss:#ff9d5c;--two:#ff9d5c;--three:#3fd0a4;"
    "--four:#e3a0c9;--good:#3fd0a4;--watch:#f0b429;--bad:#ff8a80}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:76rem;padding:0 1rem 3rem;"
    "background:var(--page);color:var(--ink);"
    "font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:1.6rem;margin:1.2rem 0 0}h2{font-size:1.25rem;"
    "margin:2.2rem 0 .3rem;padding-top:.6rem;border-top:1px solid var(--rule)}"
    "h3{font-size:1rem;margin:0 0 .2rem}\n"
    "p{margin:.2rem 0 .6rem;max-width:70ch}.soft{color:var(--soft)}\n"
    "a{color:var(--line)}nav ul{list-style:none;padding:0;margin:.6rem 0;"
    "display:flex;flex-wrap:wrap;gap:.2rem 1rem}"
    "nav a{display:inline-block;padding:.25rem 0}\n"
    ".cards{display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}\n"
    "figure{margin:0;padding:.8rem;background:var(--card);"
    "border:1px solid var(--rule);border-radius:.4rem;min-width:0;"
    "break-inside:avoid}figure.wide{grid-column:1/-1}\n"
    "svg{display:block;width:100%;height:auto;max-width:44rem}"
    "svg text{font:13px system-ui,sans-serif;fill:var(--soft)}\n"
    ".grid{stroke:var(--rule);stroke-width:1}.zero{stroke:var(--soft)}"
    ".band{fill:var(--band);fill-opacity:.28}"
    ".line{fill:none;stroke:var(--line);stroke-width:2}"
    ".two{stroke:var(--two);stroke-dasharray:7 4}"
    ".three{stroke:var(--three);stroke-dasharray:2 3}"
    ".four{stroke:var(--four);stroke-dasharray:9 3 2 3}"
    ".met{stroke:var(--ink);stroke-width:6;stroke-linecap:round}"
    ".met.many{stroke-width:4}.missed{stroke:var(--miss);stroke-width:2.2;"
    "fill:none}.bar{fill:var(--band);fill-opacity:.75}"
    ".bar.watch{fill:var(--watch)}.bar.bad{fill:var(--bad)}"
    ".should{stroke:var(--ink);stroke-width:1.6;fill:none}"
    ".reference{stroke:var(--ink);stroke-width:1.4;stroke-dasharray:4 3}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;"
    "font-size:.875rem;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;color:var(--soft)}"
    "th,td{padding:.15rem .6rem .15rem 0;text-align:right;"
    "border-bottom:1px solid var(--rule);white-space:nowrap}"
    ".t{text-align:left}td.r{white-space:normal;min-width:12rem}"
    ".good{color:var(--good)}.watch{color:var(--watch);font-weight:600}"
    ".bad{color:var(--bad);font-weight:700}\n"
    "summary{cursor:pointer;color:var(--soft);padding:.3rem 0}"
    ":focus-visible{outline:3px solid var(--band);outline-offset:2px}\n"
    "@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#333;"
    "--rule:#bbb;--line:#00507d;--band:#0072b2;--miss:#b34700}"
    "nav,summary{display:none}body{max-width:none;font-size:10pt}"
    ".scroll{overflow:visible}}\n";

static void
add(struct cf_buf * buf, const char * before, const char * text,
    const char * behind)
{

	cf_buf_add_text(buf, before);
	cf_markup_text(buf, text);
	cf_buf_add_text(buf, behind);
}

/* A cell: its text, and for a state the word, which needs no colour. */
static void
table_cell(const struct cf_figure * figure, size_t row, size_t column,
    struct cf_buf * buf)
{
	static const char * const classes[] = { "", "good", "watch", "bad" };
	const struct cf_figure_cell * cell = cf_figure_cell(figure, row,
	    column);
	struct cf_buf text = { 0 };
	int is_text = figure->columns[column].digits < 0;

	cf_figure_print(figure, column, cell, &text);
	if (column == 0)
		cf_buf_add_text(buf, "<th scope=\"row\" class=\"t\">");
	else if (is_text || cell->state != CF_STATE_PLAIN)
		cf_buf_addf(buf, "<td class=\"%s%s%s%s\">", is_text ? "t" : "",
		    text.len > 40 ? " r" : "",
		    is_text && cell->state != CF_STATE_PLAIN ? " " : "",
		    classes[cell->state]);
	else
		cf_buf_add_text(buf, "<td>");
	cf_markup_bytes(buf, text.data == NULL ? "" : text.data, text.len);
	if (figure->kind == CF_FIGURE_CELLS && cell->state != CF_STATE_PLAIN)
		cf_buf_addf(buf, "%s%s", text.len > 0 ? " " : "",
		    cf_figure_mark(cell->state));
	cf_buf_add_text(buf, column == 0 ? "</th>" : "</td>");
	if (text.failed)
		buf->failed = 1;
	cf_buf_free(&text);
}

static void
table(const struct cf_figure * figure, struct cf_buf * buf)
{
	size_t i, j, rows = cf_figure_rows(figure);

	/* What scrolls must be reached by the keyboard, too. */
	add(buf, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"", cf_figure_words(figure, figure->title),
	    "\"><table><thead><tr>");
	for (j = 0; j < figure->ncolumns; j++)
		add(buf, figure->columns[j].digits < 0 ?
		    "<th scope=\"col\" class=\"t\">" : "<th scope=\"col\">",
		    cf_figure_words(figure, figure->columns[j].name), "</th>");
	cf_buf_add_text(buf, "</tr></thead><tbody>\n");
	for (i = 0; i < rows; i++) {
		cf_buf_add_text(buf, "<tr>");
		for (j = 0; j < figure->ncolumns; j++)
			table_cell(figure, i, j, buf);
		cf_buf_add_text(buf, "</tr>\n");
	}
	cf_buf_add_text(buf, "</tbody></table></div>");
}

static void
draw(const struct cf_figure * figure, struct cf_buf * buf)
{
	const char * lead = cf_figure_words(figure, figure->lead);
	int drawn = cf_chart_can(figure);

	cf_buf_add_text(buf, drawn ? "<figure>" : "<figure class=\"wide\">");
	cf_buf_add_text(buf, "<h3>");
	if (figure->group != 0)
		add(buf, "", cf_figure_words(figure, figure->group), ": ");
	add(buf, "", cf_figure_words(figure, figure->title), "</h3>\n");
	if (lead[0] != '\0')
		add(buf, "<p class=\"soft\">", lead, "</p>\n");
	if (drawn) {
		cf_chart_draw(figure, buf);
		cf_buf_add_text(buf, "<details><summary>Table</summary>");
	}
	if (cf_figure_rows(figure) > 0)
		table(figure, buf);
	cf_buf_add_text(buf, drawn ? "</details></figure>\n" : "</figure>\n");
}

static size_t
figures_in(const struct cf_figures * figures, enum cf_figure_room room)
{
	size_t i, n = 0;

	for (i = 0; i < figures->n; i++)
		n += figures->items[i]->room == room;
	return (n);
}

static void
draw_room(const struct cf_figures * figures, const struct cf_room * room,
    struct cf_buf * buf)
{
	size_t i, n = figures_in(figures, room->room);

	cf_buf_addf(buf, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">",
	    room->id, room->id);
	add(buf, "", room->title, "</h2>\n");
	if (n == 0) {
		add(buf, "<p class=\"soft\">", room->waits,
		    "</p></section>\n");
		return;
	}
	if (room->about[0] != '\0')
		add(buf, "<p class=\"soft\">", room->about, "</p>\n");
	cf_buf_add_text(buf, "<div class=\"cards\">\n");
	for (i = 0; i < figures->n; i++) {
		if (figures->items[i]->room == room->room)
			draw(figures->items[i], buf);
	}
	cf_buf_add_text(buf, "</div></section>\n");
}

/* Rooms that are left out when empty, and are. */
static int
left_out(const struct cf_figures * figures, const struct cf_room * room)
{

	return (room->waits == NULL && figures_in(figures, room->room) == 0);
}

void
cf_html_page(const struct cf_figures * figures,
    const struct cf_html_frame * frame, struct cf_buf * buf)
{
	const struct cf_room * rooms;
	size_t i, n;

	rooms = cf_rooms(&n);
	add(buf, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,"
	    "initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
	    /* Browsers ask for an icon unless one is there. */
	    "<link rel=\"icon\" href=\"data:,\">\n<title>", frame->title,
	    "</title>\n<style>\n");
	cf_buf_add_text(buf, style);
	add(buf, "</style></head><body>\n<header><h1>", frame->title,
	    "</h1>\n");
	add(buf, "<p class=\"soft\">", frame->made, "</p>\n</header>\n"
	    "<nav aria-label=\"Contents\"><ul>");
	for (i = 0; i < n; i++) {
		if (left_out(figures, &rooms[i]))
			continue;
		cf_buf_addf(buf, "<li><a href=\"#%s\">", rooms[i].id);
		add(buf, "", rooms[i].title, "</a></li>");
	}
	cf_buf_add_text(buf, "</ul></nav>\n<main>\n");
	for (i = 0; i < n; i++) {
		if (!left_out(figures, &rooms[i]))
			draw_room(figures, &rooms[i], buf);
	}
	cf_buf_add_text(buf, "</main>\n<footer>");
	if (frame->notice != NULL)
		add(buf, "<p class=\"soft\">", frame->notice, "</p>");
	add(buf, "<p class=\"soft\">cashflow ", frame->version,
	    "</p></footer>\n</body></html>\n");
}
