# What serve.sh compares with: the usual Python stack for the same job, FastAPI under gunicorn and uvicorn with a random
# forest of scikit-learn.
#	peer_fastapi.py train FEATURES.csv MODEL	a forest of 200 trees on the five inputs, leaves of 5
#	PEER_MODEL=MODEL API_TOKEN=T gunicorn -w 4 -k uvicorn.workers.UvicornWorker peer_fastapi:app
# It does less than it would in earnest: no interval, no log, no metrics but two counters; the limit is counted in each
# worker by itself.
import os
import secrets
import sys
import time
from typing import Dict

import joblib
import numpy
import sklearn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

INPUTS = ["stock_price", "volatility", "volume", "sma_20", "rsi"]


class Asked(BaseModel):
    data: Dict[str, float]


app = FastAPI()
bearer = HTTPBearer()
counts: Dict[str, list] = {}
token = os.environ.get("API_TOKEN", "")
model = joblib.load(os.environ["PEER_MODEL"]) if "PEER_MODEL" in os.environ else None


def allowed(request: Request, given: HTTPAuthorizationCredentials = Depends(bearer)) -> None:
    if not secrets.compare_digest(given.credentials, token):
        raise HTTPException(status_code=401, detail="invalid token")
    window = counts.setdefault(request.client.host, [0, 0.0])
    now = time.monotonic()
    if now - window[1] > 60:
        window[0], window[1] = 0, now
    window[0] += 1
    if window[0] > 1000000000:
        raise HTTPException(status_code=429, detail="too many requests")


@app.get("/health")
def health() -> dict:
    return {"status": "healthy", "model_loaded": model is not None}


@app.post("/predict", dependencies=[Depends(allowed)])
def predict(asked: Asked) -> dict:
    try:
        row = numpy.array([[asked.data[name] for name in INPUTS]])
    except KeyError as missing:
        raise HTTPException(status_code=422, detail=f"missing: {missing}") from missing
    value = float(model.predict(row)[0])
    return {"prediction": value, "risk_flag": int(value < 100), "position_size": value / 100}


def train(features: str, path: str) -> None:
    import pandas
    from sklearn.ensemble import RandomForestRegressor

    table = pandas.read_csv(features).dropna(subset=[*INPUTS, "cash_flow"])
    forest = RandomForestRegressor(n_estimators=200, min_samples_leaf=5, n_jobs=2, random_state=1)
    forest.fit(table[INPUTS].to_numpy(), table["cash_flow"].to_numpy())
    forest.n_jobs = 1
    joblib.dump(forest, path)
    print("version", sklearn.__version__)


if __name__ == "__main__":
    train(*sys.argv[2:4])
