# The ranger side of train.sh and predict.sh.  Prints "name value" lines.
#	peer_ranger.R train|quantiles|predict TRAIN.csv TEST.csv TREES THREADS
args <- commandArgs(TRUE)
verb <- args[1]
threads <- as.integer(args[5])
suppressMessages(library(ranger))
read <- function(path) {
	if (requireNamespace("data.table", quietly = TRUE))
		as.data.frame(data.table::fread(path, nThread = threads))
	else
		read.csv(path)
}
tell <- function(name, value) {
	cat(name, format(value, digits = 6, scientific = FALSE), "\n")
	flush(stdout())
}
cat("version", as.character(packageVersion("ranger")), "\n")
begin <- proc.time()[["elapsed"]]
train <- read(args[2])
tell("read_s", proc.time()[["elapsed"]] - begin)
begin <- proc.time()[["elapsed"]]
cpu <- sum(proc.time()[1:2])
# nodes of more than 10 are split: the nearest that this ranger has to leaves of 5
settings <- list(dependent.variable.name = "y", data = train, num.trees = as.integer(args[4]), mtry = 4,
    min.node.size = 10, num.threads = threads, seed = 1, quantreg = verb == "quantiles", oob.error = FALSE)
if ("min.bucket" %in% names(formals(ranger))) {
	settings$min.node.size <- NULL
	settings$min.bucket <- 5
}
model <- do.call(ranger, settings)
tell("fit_s", proc.time()[["elapsed"]] - begin)
tell("fit_cpu_s", sum(proc.time()[1:2]) - cpu)
test <- read(args[3])
if (verb == "train") {
	begin <- proc.time()[["elapsed"]]
	p <- predict(model, test, num.threads = threads)$predictions
	tell("predict_s", proc.time()[["elapsed"]] - begin)
	tell("rmse", sqrt(mean((p - test$y)^2)))
} else if (verb == "quantiles") {
	levels <- c(0.05, 0.5, 0.95)
	begin <- proc.time()[["elapsed"]]
	q <- predict(model, test, type = "quantiles", quantiles = levels, num.threads = threads)$predictions
	tell("predict_s", proc.time()[["elapsed"]] - begin)
	loss <- sapply(1:3, function(k) mean(pmax(levels[k] * (test$y - q[, k]), (levels[k] - 1) * (test$y - q[, k]))))
	tell("pinball", mean(loss))
} else {
	tell("ready", 1)
	asked <- file("stdin", "r")
	while (length(readLines(asked, 1)) > 0) {
		for (n in c(1, threads)) {
			begin <- proc.time()[["elapsed"]]
			cpu <- sum(proc.time()[1:2])
			p <- predict(model, test, num.threads = n)
			tell(paste0("rows_per_s_", n), nrow(test) / (proc.time()[["elapsed"]] - begin))
			tell(paste0("rows_per_cpu_s_", n), nrow(test) / (sum(proc.time()[1:2]) - cpu))
		}
		tell("single_us", NA)
	}
}
