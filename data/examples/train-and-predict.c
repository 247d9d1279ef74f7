/* train-and-predict FEATURES MODEL: learn from the records of FEATURES with a known outcome, forecast the others */
#include <cf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int
fail(const char * text)
{
	fprintf(stderr, "train-and-predict: %s\n", text);
	return (EXIT_FAILURE);
}

int
main(int argc, char ** argv)
{
	const struct cf_train_options options = { .trees = 50, .seed = 7 };
	const double p[] = { 0.25, 0.75 };
	struct cf_error error = { CF_STATUS_SYSTEM, "out of memory" };
	struct cf_predictor * model = NULL;
	struct cf_table * table;

	if (argc != 3)
		return (fail("two arguments are needed: FEATURES MODEL"));
	if ((table = cf_table_read(argv[1], 0, &error)) == NULL ||
	    (model = cf_predictor_train(table, &options, &error)) == NULL || cf_predictor_save(model, argv[2], &error))
		return (fail(error.text));
	const size_t n = cf_table_rows(table), target = cf_table_find(table, cf_predictor_target(model));
	struct cf_prediction * forecast = calloc(n, sizeof(*forecast));
	double (* q)[2] = calloc(n, sizeof(*q));
	if (forecast == NULL || q == NULL || cf_predictor_predict(model, table, forecast, p, 2, q[0], &error))
		return (fail(error.text));
	for (size_t i = 0; i < n; i++) {
		if (isnan(cf_table_value(table, i, target)))
			printf("%s %.17g %.17g %.17g\n", cf_table_entity(table, i), forecast[i].value, q[i][0], q[i][1]);
	}
	free(q), free(forecast), cf_predictor_free(model), cf_table_free(table);
	return (EXIT_SUCCESS);
}
