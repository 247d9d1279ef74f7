# The xgboost side of train.sh and predict.sh, in random-forest mode.  Prints "name value" lines.
#	peer_xgboost.py train|predict TRAIN.csv TEST.csv TREES THREADS
import sys
import time

import numpy
import pandas
import xgboost

verb, train, test, trees, threads = sys.argv[1:6]
print("version", xgboost.__version__)
begin = time.monotonic()
table = pandas.read_csv(train)
x, y = table.drop(columns="y").to_numpy(), table["y"].to_numpy()
print("read_s %.3f" % (time.monotonic() - begin))
begin, cpu = time.monotonic(), time.process_time()
matrix = xgboost.DMatrix(x, y, nthread=int(threads))
settings = {
    "num_parallel_tree": int(trees),
    "subsample": 0.632,
    "colsample_bynode": 4 / 12,
    "min_child_weight": 5,
    "max_depth": 0,
    "tree_method": "hist",
    "eta": 1,
    "lambda": 0,
    "nthread": int(threads),
    "base_score": float(y.mean()),
    "seed": 1,
}
model = xgboost.train(settings, matrix, 1)
print("fit_s %.3f" % (time.monotonic() - begin))
print("fit_cpu_s %.3f" % (time.process_time() - cpu), flush=True)
del matrix
table = pandas.read_csv(test)
x, y = table.drop(columns="y").to_numpy(), table["y"].to_numpy()
if verb == "train":
    begin = time.monotonic()
    p = model.inplace_predict(x)
    print("predict_s %.3f" % (time.monotonic() - begin))
    print("rmse %.5f" % numpy.sqrt(numpy.mean((p - y) ** 2)))
else:
    print("ready", 1, flush=True)
    for line in sys.stdin:
        for n in (1, int(threads)):
            model.set_param({"nthread": n})
            begin, cpu = time.monotonic(), time.process_time()
            model.inplace_predict(x)
            print("rows_per_s_%d %.0f" % (n, len(x) / (time.monotonic() - begin)))
            print("rows_per_cpu_s_%d %.0f" % (n, len(x) / (time.process_time() - cpu)), flush=True)
        model.set_param({"nthread": 1})
        took = []
        for i in range(100):
            begin, cpu = time.monotonic(), time.process_time()
            model.inplace_predict(x[i : i + 1])
            took.append(time.monotonic() - begin)
        print("single_us %.0f" % (1e6 * numpy.median(took)), flush=True)
