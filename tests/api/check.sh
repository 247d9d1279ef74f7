#!/bin/sh
# Is the API at URL in order?  Prints what it finds; status 0 when all is well, else 1 with what is not.
#
#	API_TOKEN=... tests/api/check.sh http://127.0.0.1:8000 [CURL-OPTION...]
set -u
if [ $# -lt 1 ] || [ -z "${API_TOKEN:-}" ]; then
	echo 'usage: API_TOKEN=... check.sh URL [curl options]' >&2
	exit 2
fi
url=${1%/}
shift

# member NAME: the value of a number or a text in the JSON of stdin
member() {
	sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"
}

health=$(curl -sf --max-time 20 "$@" "$url/health") || {
	echo "Health check failed: no good answer from $url/health"
	exit 1
}
if [ "$(echo "$health" | member status)" != healthy ] || [ "$(echo "$health" | member model_loaded)" != true ]; then
	echo "Health check failed: $health"
	exit 1
fi
echo "Health check passed: $health"

# The token goes by a file of curl's options, because arguments are seen by all.
body='{"data":{"stock_price":150.25,"volatility":0.12,"volume":1000000,"sma_20":145.5,"rsi":65.5}}'
answer=$(echo "header = \"Authorization: Bearer $API_TOKEN\"" | curl -sf --max-time 20 -K - -H 'Content-Type: application/json' \
    -d "$body" "$@" "$url/predict") || {
	echo "Prediction failed: no good answer from $url/predict"
	exit 1
}
echo 'Prediction successful!'
for pair in 'prediction Prediction' 'risk_flag Risk flag' 'position_size Position size'; do
	value=$(echo "$answer" | member "${pair%% *}")
	case $value in
	''|*[!0-9.e+-]*)
		echo "${pair#* }: not a number in $answer"
		exit 1 ;;
	esac
	echo "${pair#* }: $value"
done

# Without a token there is no forecast.
status=$(curl -s --max-time 20 -o /dev/null -w '%{http_code}' -d "$body" "$@" "$url/predict")
[ "$status" = 401 ] || {
	echo "Without a token the status is $status, not 401"
	exit 1
}
