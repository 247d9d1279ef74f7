#include <stdlib.h>

#include "model/model.h"

void
cf_model_free(struct cf_model * model)
{

	if (model == NULL)
		return;
	if (!model->shares_inputs) {
		cf_inputs_free(&model->inputs);
		free(model->target);
	}
	cf_paths_free(&model->paths);
	cf_grid_free(&model->grid);
	cf_buf_free(&model->image);
	free(model->info);
	cf_sections_close(&model->file);
	free(model);
}
