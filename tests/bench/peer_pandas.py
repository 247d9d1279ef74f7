# The seed set by pandas, as a careful user would write it: python3 peer_pandas.py BARS OUT
import sys

import numpy as np
import pandas as pd

bars = pd.read_csv(sys.argv[1])
by = bars.groupby("symbol", sort=False)
close = bars["close"]
key = bars["symbol"]


def rolling(x, n):
    return x.groupby(key, sort=False).rolling(n)


def flat(x):
    return x.reset_index(level=0, drop=True)


def ema(x, n):
    return flat(x.groupby(key, sort=False).ewm(span=n, adjust=False, min_periods=n).mean())


before = by["close"].shift(1)
returns = np.log(close / before)
change = close - before
up = flat(change.clip(lower=0).groupby(key, sort=False).ewm(alpha=1 / 14, adjust=False, min_periods=14).mean())
down = flat((-change).clip(lower=0).groupby(key, sort=False).ewm(alpha=1 / 14, adjust=False, min_periods=14).mean())
sma_20 = flat(rolling(close, 20).mean())
deviation = flat(rolling(close, 20).std(ddof=0))
out = pd.DataFrame({
    "symbol": bars["symbol"],
    "date": bars["date"],
    "horizon": 5,
    "stock_price": close,
    "volatility": flat(rolling(returns, 20).std()),
    "volume": bars["volume"],
    "sma_20": sma_20,
    "sma_50": flat(rolling(close, 50).mean()),
    "rsi": 100 * up / (up + down),
    "macd": ema(close, 12) - ema(close, 26),
    "bollinger_upper": sma_20 + 2 * deviation,
    "bollinger_lower": sma_20 - 2 * deviation,
    "vix": np.nan,
    "treasury_10y": np.nan,
    "dollar_index": np.nan,
    "cash_flow": 100 * by["close"].shift(-5) / close,
})
out.to_csv(sys.argv[2], index=False)
