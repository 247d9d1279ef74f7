# The scikit-learn side of train.sh and predict.sh.  Prints "name value" lines.
#	peer_sklearn.py train TRAIN.csv TEST.csv TREES THREADS
#	peer_sklearn.py predict TRAIN.csv TEST.csv TREES THREADS	for each line of
#		standard input: rows/s on 1 thread and on THREADS, single rows
import sys
import time

import numpy
import pandas
import sklearn
from sklearn.ensemble import RandomForestRegressor

verb, train, test, trees, threads = sys.argv[1:6]
print("version", sklearn.__version__)
begin = time.monotonic()
table = pandas.read_csv(train)
x, y = table.drop(columns="y").to_numpy(), table["y"].to_numpy()
print("read_s %.3f" % (time.monotonic() - begin))
begin, cpu = time.monotonic(), time.process_time()
model = RandomForestRegressor(
    n_estimators=int(trees), max_features=4, min_samples_leaf=5, n_jobs=int(threads), random_state=1
).fit(x, y)
print("fit_s %.3f" % (time.monotonic() - begin))
print("fit_cpu_s %.3f" % (time.process_time() - cpu), flush=True)
table = pandas.read_csv(test)
x, y = table.drop(columns="y").to_numpy(), table["y"].to_numpy()
if verb == "train":
    begin = time.monotonic()
    p = model.predict(x)
    print("predict_s %.3f" % (time.monotonic() - begin))
    print("rmse %.5f" % numpy.sqrt(numpy.mean((p - y) ** 2)))
else:
    print("ready", 1, flush=True)
    for line in sys.stdin:
        for n in (1, int(threads)):
            model.n_jobs = n
            begin, cpu = time.monotonic(), time.process_time()
            model.predict(x)
            print("rows_per_s_%d %.0f" % (n, len(x) / (time.monotonic() - begin)))
            print("rows_per_cpu_s_%d %.0f" % (n, len(x) / (time.process_time() - cpu)), flush=True)
        model.n_jobs = 1
        took = []
        for i in range(100):
            begin, cpu = time.monotonic(), time.process_time()
            model.predict(x[i : i + 1])
            took.append(time.monotonic() - begin)
        print("single_us %.0f" % (1e6 * numpy.median(took)), flush=True)
