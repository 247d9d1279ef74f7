#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "feature/assembly.h"
#include "feature/panel.h"

/* Bars of a piece: as many as give about this many fields to print. */
#define PIECE_FIELDS 65536
#define PIECE_LEAST 256
#define PIECE_MOST 4096

/* Bytes that all pieces under way may take. */
#define PIECES_ROOM (32 * 1024 * 1024)
#define FIELD_BYTES 20		/* Of printed text, about. */

/* The bars of one symbol in a piece. */
struct part {
	char symbol[CF_BAR_SYMBOL_MAX];
	size_t symbol_len;
	size_t bars;		/* Number of its first bar, */
	size_t nbars;
	int is_last;		/* and whether it ends here. */
	size_t first;		/* Number of its first row; */
	size_t ready;		/* rows to print, */
	size_t end;		/* and behind its last row. */
};

struct piece {
	struct cf_bar * bars;
	size_t nbars;
	struct cf_buf others;			/* Texts of the bars. */
	int continues;			/* Its first symbol has begun before. */
	struct part * parts;
	size_t nparts;
	size_t parts_capacity;
	struct cf_rows * rows;
	struct cf_track_scratch * scratch;
	struct cf_track * track;	/* Of the symbol worked on. */
	struct cf_writer * writer;	/* Holds what is printed. */
};

/* What a piece leaves for the next: a symbol amid its bars. */
struct carry {
	struct cf_track * track;
	struct cf_rows * rows;
};

struct panel {
	struct cf_feed * feed;
	const struct cf_track_plan * plan;
	struct cf_emit_plan emit;
	struct cf_out * out;
	struct cf_progress * progress;
	size_t room;		/* Bars of a piece. */
	size_t horizon;		/* The longest. */
	size_t npieces;
	struct piece * pieces;
	struct carry * carries;	/* npieces + 1, by number of the piece. */
	uint64_t bars;		/* Read so far. */

	/* The bar read ahead, which begins the next piece. */
	int has_next;
	struct cf_feed_item next;
	char symbol[CF_BAR_SYMBOL_MAX];
};

static struct carry *
carry_of(const struct panel * p, uint64_t piece)
{

	return (&p->carries[piece % (p->npieces + 1)]);
}

/* Read the next bar ahead.  Return 0 or -1. */
static int
read_ahead(struct panel * p, struct cf_err * err)
{
	int rc;

	rc = cf_feed_next(p->feed, &p->next, err);
	p->has_next = rc == 1;
	if (rc == 1 && p->next.is_first)
		memcpy(p->symbol, p->next.symbol, p->next.symbol_len);
	if (rc == 1 && ++p->bars % 4096 == 0)
		cf_progress_at(p->progress, p->bars);
	return (rc < 0 ? -1 : 0);
}

static int
begin_part(struct panel * p, struct piece * piece, struct cf_err * err)
{
	struct part * part;

	if (cf_mem_grow(&piece->parts, &piece->parts_capacity,
	    piece->nparts + 1, sizeof(*piece->parts), err))
		return (-1);
	part = &piece->parts[piece->nparts++];
	memset(part, 0, sizeof(*part));
	memcpy(part->symbol, p->symbol, p->next.symbol_len);
	part->symbol_len = p->next.symbol_len;
	part->bars = piece->nbars;
	return (0);
}

/* Take the bar read ahead into a piece. */
static int
take_next(struct panel * p, struct piece * piece, struct cf_err * err)
{
	struct cf_bar * bar = &piece->bars[piece->nbars++];

	*bar = p->next.bar;
	if (p->emit.nothers > 0) {
		bar->others = piece->others.len;
		bar->others_len = p->next.others_len;
		cf_buf_add(&piece->others, p->next.others, p->next.others_len);
		if (piece->others.failed)
			return (cf_err_memory(err));
	}
	piece->parts[piece->nparts - 1].nbars++;
	return (0);
}

/*
 * Read the bars of a piece.  Once it is half full, the end of a symbol ends it.
 */
static int
fill(void * cookie, uint64_t number, size_t slot, int * continues,
    struct cf_err * err)
{
	struct panel * p = cookie;
	struct piece * piece = &p->pieces[slot];

	(void)number;
	piece->nbars = piece->nparts = piece->others.len = 0;
	if (!p->has_next)
		return (0);
	piece->continues = !p->next.is_first;
	*continues = piece->continues;
	do {
		if (piece->nparts == 0 || p->next.is_first) {
			if (piece->nbars >= p->room / 2)
				break;
			if (begin_part(p, piece, err))
				return (-1);
		}
		if (take_next(p, piece, err) || read_ahead(p, err))
			return (-1);
		piece->parts[piece->nparts - 1].is_last = !p->has_next ||
		    p->next.is_first;
	} while (p->has_next && piece->nbars < p->room);
	return (1);
}

static void
swap_tracks(struct piece * piece, struct carry * carry)
{
	struct cf_track * track = carry->track;

	carry->track = piece->track;
	piece->track = track;
}

/* Compute the rows of one symbol's bars; say which of them are ready. */
static int
compute_part(const struct panel * p, struct piece * piece, struct part * part,
    struct cf_err * err)
{
	size_t waiting;

	if (cf_track_run(p->plan, piece->track, piece->scratch,
	    piece->bars + part->bars, part->nbars, part->is_last,
	    p->emit.nothers > 0 ? piece->others.data : NULL, piece->rows, err))
		return (-1);
	part->end = piece->rows->n;
	waiting = part->end - part->first;
	if (waiting > p->horizon)
		waiting = p->horizon;
	part->ready = part->end - (part->is_last ? 0 : waiting);
	return (0);
}

/* Compute the rows of a piece. */
static int
compute(void * cookie, uint64_t number, size_t slot, struct cf_err * err)
{
	const struct panel * p = cookie;
	struct piece * piece = &p->pieces[slot];
	struct part * part = NULL;
	struct carry * carry;
	size_t i;

	cf_rows_clear(piece->rows);
	for (i = 0; i < piece->nparts; i++) {
		part = &piece->parts[i];
		part->first = piece->rows->n;
		if (i == 0 && piece->continues) {
			carry = carry_of(p, number - 1);
			swap_tracks(piece, carry);
			if (cf_rows_append(piece->rows, carry->rows, 0,
			    carry->rows->n, err))
				return (-1);
		} else {
			cf_track_start(p->plan, piece->track);
		}
		if (compute_part(p, piece, part, err))
			return (-1);
	}
	if (part != NULL && !part->is_last) {
		carry = carry_of(p, number);
		swap_tracks(piece, carry);
		cf_rows_clear(carry->rows);
		return (cf_rows_append(carry->rows, piece->rows, part->ready,
		    part->end - part->ready, err));
	}
	return (0);
}

/*
 * Set the rows of a part to print; with `latest` these are its last one, where
 * its symbol ends.  What waits is at least one row, so that it is there.
 */
static void
printed(const struct panel * p, const struct part * part, size_t * first,
    size_t * n)
{

	*first = part->first;
	*n = part->ready - part->first;
	if (p->emit.latest) {
		*n = part->is_last && part->end > part->first;
		*first = part->end - *n;
	}
}

/* Print the rows of a piece that are ready. */
static int
print(void * cookie, uint64_t number, size_t slot, struct cf_err * err)
{
	const struct panel * p = cookie;
	struct piece * piece = &p->pieces[slot];
	const struct part * part;
	size_t i, first, n;

	(void)number;
	for (i = 0; i < piece->nparts; i++) {
		part = &piece->parts[i];
		printed(p, part, &first, &n);
		if (cf_emit_rows(&p->emit, piece->writer, part->symbol,
		    part->symbol_len, piece->rows, first, n, part->end, err))
			return (-1);
	}
	return (0);
}

/* Write what a piece has printed. */
static int
drain(void * cookie, uint64_t number, size_t slot, struct cf_err * err)
{
	const struct panel * p = cookie;
	struct piece * piece = &p->pieces[slot];
	const char * text;
	size_t len;

	(void)number;
	text = cf_writer_held(piece->writer, &len);
	if (p->out != NULL)
		cf_out_write(p->out, text, len);
	cf_writer_drop(piece->writer);
	if (p->out != NULL && p->emit.by_line)
		return (cf_out_flush(p->out, err));
	return (0);
}

static int
make_piece(const struct panel * p, struct piece * piece, struct cf_err * err)
{

	piece->bars = cf_mem_array(p->room, sizeof(*piece->bars), err);
	piece->rows = cf_rows_new(p->room + p->horizon + 1,
	    p->plan->set->ncolumns, err);
	piece->scratch = cf_track_scratch(p->room, err);
	piece->track = cf_mem_array(1, cf_track_size(p->plan), err);
	if (piece->bars == NULL || piece->rows == NULL ||
	    piece->scratch == NULL || piece->track == NULL)
		return (-1);
	piece->writer = cf_emit_writer(&p->emit, NULL, 0, err);
	return (piece->writer != NULL ? 0 : -1);
}

static void
free_piece(struct piece * piece)
{

	cf_writer_free(piece->writer);
	free(piece->track);
	cf_track_scratch_free(piece->scratch);
	cf_rows_free(piece->rows);
	free(piece->parts);
	cf_buf_free(&piece->others);
	free(piece->bars);
}

static int
make_pieces(struct panel * p, struct cf_err * err)
{
	struct carry * carry;
	size_t i;

	p->pieces = cf_mem_array(p->npieces, sizeof(*p->pieces), err);
	p->carries = cf_mem_array(p->npieces + 1, sizeof(*p->carries), err);
	if (p->pieces == NULL || p->carries == NULL)
		return (-1);
	for (i = 0; i < p->npieces; i++) {
		if (make_piece(p, &p->pieces[i], err))
			return (-1);
	}
	for (i = 0; i <= p->npieces; i++) {
		carry = &p->carries[i];
		carry->track = cf_mem_array(1, cf_track_size(p->plan), err);
		carry->rows = cf_rows_new(p->horizon, p->plan->set->ncolumns,
		    err);
		if (carry->track == NULL || carry->rows == NULL)
			return (-1);
	}
	return (0);
}

static void
free_pieces(struct panel * p)
{
	size_t i;

	for (i = 0; p->pieces != NULL && i < p->npieces; i++)
		free_piece(&p->pieces[i]);
	for (i = 0; p->carries != NULL && i <= p->npieces; i++) {
		free(p->carries[i].track);
		cf_rows_free(p->carries[i].rows);
	}
	free(p->pieces);
	free(p->carries);
}

/*
 * Choose the room of a piece by the columns alone, so that what is written
 * before a fault does not depend on the threads; and the number of pieces.
 */
static void
choose_sizes(struct panel * p, size_t threads)
{
	size_t columns = p->plan->set->ncolumns + p->emit.nothers + 4;
	size_t fields = columns * p->emit.nhorizons;
	size_t bytes;

	p->horizon = p->emit.horizons[p->emit.nhorizons - 1];
	p->room = PIECE_FIELDS / fields;
	if (p->room < PIECE_LEAST)
		p->room = PIECE_LEAST;
	if (p->room > PIECE_MOST)
		p->room = PIECE_MOST;
	bytes = p->room * (fields * FIELD_BYTES + sizeof(struct cf_bar)) +
	    (p->room + 2 * p->horizon) * columns * sizeof(double) +
	    2 * cf_track_size(p->plan);
	p->npieces = threads + 2;
	if (p->npieces > PIECES_ROOM / bytes)
		p->npieces = PIECES_ROOM / bytes;
	if (p->npieces < 2)
		p->npieces = 2;
	if (threads == 1)
		p->npieces = 1;
}

int
cf_panel_run(struct cf_feed * feed,
    const struct cf_track_plan * plan, const struct cf_emit_plan * emit,
    size_t threads, struct cf_out * out, struct cf_progress * progress,
    struct cf_err * err)
{
	struct panel p = { .feed = feed, .plan = plan, .emit = *emit,
	    .out = out, .progress = progress };
	struct cf_assembly line = { .cookie = &p, .fill = fill, .first = compute,
	    .second = print, .drain = drain };
	struct cf_writer * header;
	int rc = -1;

	/* The first bar tells of other columns. */
	if (read_ahead(&p, err))
		goto done;
	p.emit.others = cf_feed_names(feed, &p.emit.nothers);
	choose_sizes(&p, threads);
	if (make_pieces(&p, err))
		goto done;
	if (out != NULL) {
		header = cf_emit_writer(&p.emit, out, 1, err);
		if (header == NULL)
			goto done;
		cf_writer_free(header);
	}
	line.slots = p.npieces;
	line.threads = threads < p.npieces ? threads : p.npieces;
	rc = cf_assembly_run(&line, err);
done:
	free_pieces(&p);
	return (rc);
}
