# The seed set by data.table and TTR: Rscript peer_datatable.R BARS OUT
suppressMessages({
  library(data.table)
  library(TTR)
})
args <- commandArgs(TRUE)
bars <- fread(args[1])
bars[, c("volatility", "sma_20", "sma_50", "rsi", "macd", "bollinger_upper", "bollinger_lower", "cash_flow") := {
  returns <- c(NA, diff(log(close)))
  mean <- SMA(close, 20)
  deviation <- runSD(close, 20, sample = FALSE)
  list(c(NA, runSD(returns[-1], 20)), mean, SMA(close, 50), RSI(close, 14), EMA(close, 12) - EMA(close, 26),
       mean + 2 * deviation, mean - 2 * deviation, 100 * shift(close, -5) / close)
}, by = symbol]
out <- bars[, .(symbol, date, horizon = 5L, stock_price = close, volatility, volume, sma_20, sma_50, rsi, macd,
                bollinger_upper, bollinger_lower, vix = NA_real_, treasury_10y = NA_real_, dollar_index = NA_real_,
                cash_flow)]
fwrite(out, args[2])
