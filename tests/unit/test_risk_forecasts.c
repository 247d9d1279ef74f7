#include "test_model_data.h"

#include "risk/forecasts.h"

START_TEST(quantile_lists)
{
	static const struct {
		const char *text;
		size_t n;		/* 0: refused. */
		double last;
	} cases[] = {
		{ "0.5", 1, 0.5 }, { "0.05,0.5,0.95", 3, 0.95 }, { "1e-3,.5", 2, 0.5 }, { "0.999999", 1, 0.999999 },
		{ "", 0, 0 }, { ",", 0, 0 }, { "0.5,", 0, 0 }, { ",0.5", 0, 0 }, { "0", 0, 0 }, { "1", 0, 0 },
		{ "-0.1", 0, 0 }, { "1.5", 0, 0 }, { "0.5,0.5", 0, 0 }, { "0.5,0.4", 0, 0 }, { "x", 0, 0 }, { "nan", 0, 0 },
		{ "0.1 0.2", 0, 0 }, { "0.1, 0.2", 0, 0 }, { "5%", 0, 0 }, { "0.1;0.2", 0, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_forecasts_params p;
		struct cf_err err = { 0 };

		if (cases[i].n == 0) {
			ck_assert_msg(cf_forecasts_parse(cases[i].text, &p, &err) == -1, "%s", cases[i].text);
			ck_assert_int_eq(err.kind, CF_ERR_USAGE);
			continue;
		}
		ck_assert_msg(cf_forecasts_parse(cases[i].text, &p, &err) == 0, "%s", err.text);
		ck_assert_uint_eq(p.nquantiles, cases[i].n);
		ck_near(p.quantile[p.nquantiles - 1], cases[i].last, 0);
	}
}
END_TEST

START_TEST(too_many_quantiles)
{
	struct cf_forecasts_params p;
	struct cf_err err = { 0 };
	struct cf_buf b = { 0 };

	for (int n = 1; n <= CF_FORECASTS_QUANTILES_MAX + 1; n++) {
		cf_buf_addf(&b, "%s%.4f", n > 1 ? "," : "", n / 1000.0);
		ck_assert_ptr_nonnull(cf_buf_string(&b, NULL));
		ck_assert_int_eq(cf_forecasts_parse(b.data, &p, &err), n > CF_FORECASTS_QUANTILES_MAX ? -1 : 0);
	}
	ck_assert_str_eq(err.text, "option --quantiles: more than 99");
	cf_buf_free(&b);
}
END_TEST

/* Forecasts of a file by a model that holds z = -1, 0, 1, 3 for all there is. */
static void
written(const char *kind, const char *input, enum cf_format format, const char *quantiles, const char *want)
{
	static const double z[] = { -1, 0, 1, 3 };
	struct cf_intake_options options = { .paths = (const char *const[]){ "in" }, .npaths = 1, .batch = 100 };
	struct cf_model *m = must_array(1, sizeof(*m));
	struct cf_frame *f = frame_make(1, "rsi volume", NULL, 0, 0);
	struct cf_forecasts_params p = { .nquantiles = 0 };
	struct cf_buf b = { 0 };
	struct cf_out *out = cf_out_memory(&b, NULL);
	struct cf_writer *w = cf_writer_new(out, format, 0, NULL);
	struct cf_forecaster *forecaster;
	struct cf_forecast fc;
	struct cf_forecasts_row row = { .forecast = &fc };
	struct cf_batch batch;
	struct cf_intake *intake;
	size_t *column;

	m->kind = cf_kind_by_name(kind);
	strcpy(m->id, "0123456789abcdef");
	m->scale.mean_y = log(0.01);
	ck_assert_int_eq(cf_inputs_choose(&m->inputs, m->kind, f, "", &column, NULL), 0);
	for (size_t j = 0; j < 2; j++) {
		m->inputs.items[j].low = 10;
		m->inputs.items[j].high = 90;
	}
	ck_assert_int_eq(cf_grid_make(&m->grid, z, NULL, 4, 4, NULL), 0);
	cf_calib_identity(&m->calib);
	cf_measure_defaults(&p.measure);
	if (quantiles != NULL)
		ck_assert_int_eq(cf_forecasts_parse(quantiles, &p, NULL), 0);
	file_text("in", input);
	intake = cf_intake_open(m, &options, NULL);
	cf_batch_init(&batch, 2);
	ck_assert_int_eq(cf_intake_next(intake, &batch, NULL), 0);
	forecaster = cf_forecast_new(m, batch.n + 1, NULL);
	cf_forecast_batch(forecaster, batch.records, batch.n);
	ck_assert_int_eq(cf_forecasts_begin(w, intake, m, &p, 0, NULL), 0);
	row.batch = &batch;
	for (row.i = 0; row.i < batch.n; row.i++) {
		cf_forecast_get(forecaster, row.i, &fc);
		ck_assert_int_eq(cf_forecasts_add(w, intake, &row, &p, NULL), 0);
	}
	cf_batch_free(&batch);
	cf_writer_free(w);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
	ck_assert_ptr_nonnull(cf_buf_string(&b, NULL));
	ck_assert_str_eq(b.data, want);
	cf_buf_free(&b);
	free(column);
	cf_forecast_free(forecaster);
	cf_intake_close(intake);
	cf_model_free(m);
	cf_frame_free(f);
}

START_TEST(plain_rows)
{

	written("plain", "rsi,volume\n50,50\n9,91\n,95\n", CF_FORMAT_CSV, NULL,
	    "prediction,interval_low,interval_high,level,outside,model\n"
	    "0.75,-1,3,0.9,,0123456789abcdef\n"
	    "0.75,-1,3,0.9,rsi volume,0123456789abcdef\n"
	    "0.75,-1,3,0.9,volume,0123456789abcdef\n");
	written("plain", "volume,date,rsi\n50,2024-01-02,90\n50,,10\n", CF_FORMAT_CSV, "0.3,0.75",
	    "date,prediction,interval_low,interval_high,level,q0.3,q0.75,outside,model\n"
	    "2024-01-02,0.75,-1,3,0.9,0,1,,0123456789abcdef\n"
	    ",0.75,-1,3,0.9,0,1,,0123456789abcdef\n");
	written("plain", "symbol,horizon,rsi,volume\n007,5,95,\n,,50,50\n", CF_FORMAT_NDJSON, "0.3,0.75",
	    "{\"symbol\":\"007\",\"horizon\":5,\"prediction\":0.75,\"interval\":[-1,3],\"level\":0.9,"
	    "\"quantiles\":{\"0.3\":0,\"0.75\":1},\"outside\":\"rsi\",\"model\":\"0123456789abcdef\"}\n"
	    "{\"symbol\":null,\"horizon\":null,\"prediction\":0.75,\"interval\":[-1,3],\"level\":0.9,"
	    "\"quantiles\":{\"0.3\":0,\"0.75\":1},\"outside\":null,\"model\":\"0123456789abcdef\"}\n");
}
END_TEST

START_TEST(no_rows)
{

	written("plain", "date,rsi\n", CF_FORMAT_CSV, NULL, "date,prediction,interval_low,interval_high,level,outside,model\n");
	written("plain", "date,rsi\n", CF_FORMAT_NDJSON, NULL, "");
	written("holding", "symbol,date,rsi\n", CF_FORMAT_CSV, "0.5",
	    "symbol,date,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,risk_flag,"
	    "position_size,q0.5,outside,model\n");
}
END_TEST

UNIT_MAIN("risk_forecasts", quantile_lists, too_many_quantiles, plain_rows, no_rows)
