#!/bin/sh
# cf-serve: what each endpoint answers, to right and to wrong requests.
# shellcheck disable=SC2119 # no arguments are meant
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/serve.sh"

command -v cf-serve >/dev/null || skip 'cf-serve is not built'
CF_HOME=$PWD/home
export CF_HOME
unset API_TOKEN MODEL_PATH LISTEN_FDS
serve_model
id=$(sed 's/.*"model":"\([^"]*\)".*/\1/' m.json)
mkdir -p home/models/market/one home/features home/predictions/market home/reports
cp m.cfm home/models/market/one/model.cfm
ln -s one home/models/market/current
{ head -n 1 f.csv; grep '2024-02-28' f.csv; } >home/features/latest.csv
cf-predict -m m.cfm --latest --format ndjson f.csv >home/predictions/market/2024-02-28.ndjson
sed 's/S/OLD/' home/predictions/market/2024-02-28.ndjson >home/predictions/market/2024-02-27.ndjson
echo '<!DOCTYPE html><title>report</title>' >home/reports/latest.html

# ---- before the start

err='cf-serve: the configuration is good'
check 'check only' 0 cf-serve -n
check 'which makes nothing' 0 test ! -e home/state
err='cf-serve: API_TOKEN: "secure_token" stands in examples and is known to everybody; leave it unset to have a token made'
check 'the token of the examples is refused' 2 env API_TOKEN=secure_token cf-serve -n
err='cf-serve: API_TOKEN: shorter than 16 characters; leave it unset to have a token made'
check 'a short one too' 2 env API_TOKEN=abc cf-serve -n
err='cf-serve: none/current/model.cfm: No such file or directory'
mkdir none
check 'no model' 4 cf-serve -n -m none
printf 'x sha256:00\n' >bad.tokens
err='cf-serve: bad.tokens:1: not NAME sha256:64 hexadecimal digits'
check 'bad tokens' 2 cf-serve -n --tokens bad.tokens
err='cf-serve: --tls-cert and --tls-key go together; try "cf-serve --help"'
check 'half of TLS' 2 cf-serve -n --tls-cert x

# ---- the seed's request

serve
check 'a token was made for its owner only' 0 sh -c 'ls -l home/state/api-token home/state/tokens | grep -c "^-rw-------" | grep -q 2'
check 'which is not in the tokens' 0 sh -c '! grep -qF -e "$(cat home/state/api-token)" home/state/tokens'
check 'and said where' 0 grep -q '^cf-serve: no token was set: made one, which is in .*/home/state/api-token$' serve.log

record='{"stock_price":55,"volatility":0.012,"rsi":65.5}'
out='*'
check 'a forecast' 0 ask /predict -d "{\"data\":$record}"
cp got.out answer.txt
check 'whose first members are the ones asked for' 0 grep -qE \
    '^200 \{"prediction":[0-9.]+,"risk_flag":[01],"position_size":[0-9.]+,"interval":\[[0-9.]+,[0-9.]+\],"level":0.9,"p_loss":' answer.txt
check 'by the model' 0 grep -q "\"model\":\"$id\"}\$" answer.txt
# the same numbers as cf-predict has
printf '%s\n' "$record" | cf-predict -m m.cfm --format ndjson >predict.txt
sed 's/^200 //' answer.txt | tr -d '{}' | sed 's/\(\[[^],]*\),\([^]]*\]\)/\1;\2/' | tr ',' '\n' | sort >members.txt
tr -d '{}' <predict.txt | sed 's/\(\[[^],]*\),\([^]]*\]\)/\1;\2/' | tr ',' '\n' | sort >want.txt
check 'the numbers are those of cf-predict' 0 cmp want.txt members.txt
out_file=answer.txt
check 'the record alone' 0 ask /predict -d "$record"
out_file=answer.txt
check 'in chunks' 0 ask /predict -d "$record" -H 'Transfer-Encoding: chunked'
out_file=answer.txt
check 'expected first' 0 ask /predict -d "$record" -H 'Expect: 100-continue'
out_file=answer.txt
check 'typed' 0 ask /predict -d "$record" -H 'Content-Type: application/json; charset=utf-8'
out_file=answer.txt
check 'the token as the password of Basic' 0 sh -c 'curl -s -w "200 " -o b --unix-socket api.sock -u "any:$(cat home/state/api-token)" \
    -d "$1" http://x/predict; cat b' sh "$record"
out='200 {"prediction":'
check 'fields' 0 sh -c '. "$CF_TOP/tests/cli/serve.sh"; ask "/predict?fields=prediction,risk_flag" -d "$1" | sed "s/:.*/:/"' sh "$record"
out='200 [{"risk_flag":0},{"risk_flag":0}]'
check 'a batch' 0 ask '/predict?fields=risk_flag' -d '{"data":[{"rsi":50},{"rsi":51,"volatility":0.001}]}'
out='200 [{"symbol":null,"date":null},{"symbol":"A\"\u0001","date":"2024-01-02"}]'
check 'keys come back' 0 ask '/predict?fields=symbol,date' -d '[{"rsi":5},{"symbol":"A\"\u0001","rsi":5,"date":"2024-01-02"}]'
out='200 {"symbol":"S1","date":"2024-02-28","horizon":2}'
check 'the newest features of a symbol' 0 ask '/predict?fields=symbol,date,horizon' -d '{"symbol":"S1"}'
out='200 [{"symbol":"S1"},{"symbol":"S0"}]'
check 'of two' 0 ask '/predict?fields=symbol' -d '{"data":[{"symbol":"S1"},{"symbol":"S0"}]}'

# ---- wrong bodies

problem() {
	out="$2 {\"type\":\"about:blank\",\"title\":\"$3\",\"status\":$2,\"detail\":$4}"
	what=$1
	shift 4
	check "$what" 0 ask "$@"
}
problem 'an empty body' 400 'Bad Request' '"the body is empty"' /predict -d ''
problem 'blanks' 400 'Bad Request' '"the body is empty"' /predict -d ' '
problem 'no JSON' 400 'Bad Request' '"not JSON","reason":"not JSON"' /predict -d 'x'
problem 'half of JSON' 400 'Bad Request' '"the JSON text is cut short","reason":"the JSON text is cut short"' /predict -d '{"data":{"rsi":5}'
problem 'more than one' 400 'Bad Request' '"not JSON","reason":"not JSON"' /predict -d '{"rsi":5}{"rsi":5}'
un='Unprocessable Content'
problem 'an empty batch' 422 "$un" '"data: a batch without records","field":"data","reason":"a batch without records"' /predict -d '{"data":[]}'
problem 'a number' 422 "$un" '"data: neither a record nor an array of records","field":"data","reason":"neither a record nor an array of records"' \
    /predict -d '{"data":5}'
problem 'no number' 422 "$un" '"rsi: not a number: \"x\"","field":"rsi","reason":"not a number: \"x\""' /predict -d '{"data":{"rsi":"x"}}'
problem 'no input' 422 "$un" '"foo: not an input of the model","field":"foo","reason":"not an input of the model","record":1' \
    /predict -d '[{"rsi":5},{"foo":1}]'
problem 'a stranger' 422 "$un" '"more: not a member of a request","field":"more","reason":"not a member of a request"' \
    /predict -d '{"data":{"rsi":5},"more":1}'
problem 'another horizon' 422 "$un" \
    '"horizon: the model forecasts horizon 2: \"5\"","field":"horizon","reason":"the model forecasts horizon 2: \"5\""' \
    /predict -d '{"rsi":5,"horizon":5}'
problem 'no such symbol' 422 "$un" \
    '"symbol: no newest features of this symbol: \"X\"","field":"symbol","reason":"no newest features of this symbol: \"X\"","record":1' \
    /predict -d '[{"symbol":"S1"},{"symbol":"X"}]'
awk 'BEGIN { printf "["; for (i = 0; i < 1001; i++) printf "%s{\"rsi\":5}", i ? "," : ""; print "]" }' >many.json
problem 'too many records' 422 "$un" '"more records than a request may have","reason":"more records than a request may have"' \
    /predict -d @many.json
problem 'another type' 415 'Unsupported Media Type' '"Content-Type is not application/json"' /predict -d x -H 'Content-Type: text/xml'
problem 'packed' 415 'Unsupported Media Type' '"the body has a Content-Encoding"' /predict -d x -H 'Content-Encoding: gzip'
head -c 1048577 /dev/zero | tr '\0' ' ' >long.json
problem 'too long' 413 'Content Too Large' '"the body is too long"' /predict -d @long.json
problem 'too long in chunks' 413 'Content Too Large' '"the body is too long"' /predict -d @long.json -H 'Transfer-Encoding: chunked'
out='*'
check 'no such field' 0 ask '/predict?fields=all' -d "$record"
cp got.out said.txt
check 'is told' 0 grep -q '^400 .*"field":"fields","reason":"not one of symbol,' said.txt

# ---- who may, and how

AUTH='Authorization:'
problem 'no token' 401 'Unauthorized' '"a token is needed: Authorization: Bearer TOKEN"' /predict -d "$record"
problem 'no token for the report' 401 'Unauthorized' '"a token is needed: Authorization: Bearer TOKEN"' /
AUTH='Authorization: Bearer x'
problem 'a wrong one' 401 'Unauthorized' '"the token is not known"' /predict -d "$record"
unset AUTH
problem 'no such path' 404 'Not Found' '"there is no such path; see /docs"' /none
problem 'another method' 405 'Method Not Allowed' '"not a method of this path"' /predict -X DELETE
out='Allow: POST'
check 'which is told' 0 sh -c 'curl -si --unix-socket api.sock http://x/predict | tr -d "\r" | grep ^Allow'
out='Allow: GET, HEAD'
check 'and the other way round' 0 sh -c 'curl -si --unix-socket api.sock -d x http://x/health | tr -d "\r" | grep ^Allow'

# ---- the others

out='*'
check 'health' 0 ask /health
cp got.out said.txt
check 'is good' 0 grep -qE \
    "^200 \\{\"status\":\"healthy\",\"timestamp\":\"20..-..-..T..:..:..Z\",\"model_loaded\":true,\"model\":\"$id\"\\}\$" said.txt
tr '\n' ',' <home/predictions/market/2024-02-28.ndjson | sed 's/^/200 [/; s/,$/]/; s/$/\n/' >want.txt
out_file=want.txt
check 'the stored forecasts' 0 ask /forecasts
grep '"S1"' home/predictions/market/2024-02-28.ndjson | sed 's/^/200 [/; s/$/]/' >want.txt
out_file=want.txt
check 'those of a symbol' 0 ask '/forecasts?symbol=S%31'
problem 'of no symbol' 404 'Not Found' '"there are no stored forecasts of that name"' '/forecasts?symbol=OLD1'
problem 'no account' 404 'Not Found' '"there are no stored forecasts of that name"' '/forecasts?account=S1'
out='200 <!DOCTYPE html><title>report</title>'
check 'the report' 0 ask /
out='*'
check 'metrics' 0 ask /metrics
sed 1s/^200.// got.out >metrics.txt
out='predictions_total 14
cashflow_predictions_total 14'
check 'count the records forecast' 0 sh -c 'grep -E "^predictions_total" metrics.txt; grep -E "^cashflow_predictions_total" metrics.txt'
check 'by path, method and status' 0 grep -q '^cashflow_requests_total{path="/predict",method="POST",status="422"} ' metrics.txt
check 'refusals' 0 grep -q '^cashflow_auth_refused_total{reason="wrong"} 1$' metrics.txt
out='*'
check 'the API described for programs' 0 ask /openapi.json
sed 's/^200 //' got.out >openapi.json
out='ok'
check 'is whole JSON' 0 sh -c 'printf "{\"data\":%s}" "$(cat openapi.json)" >body; ask() { :; }; . "$CF_TOP/tests/cli/serve.sh"
	ask /predict -d @body | grep -q "^422" && echo ok'
out='"rsi":{"type":["number","null"],"description":"within fixed limits, as rsi from 0 to 100"'
check 'with inputs and units' 0 grep -o '"rsi":{"type":\["number","null"\],"description":"[^"]*"' openapi.json
out='*'
check 'for people' 0 ask /docs
cp got.out docs.html
check 'without anything from elsewhere' 0 sh -c '! grep -E "src=|href=\"http|@import|url\(" docs.html'
check 'with the units' 0 grep -q '<code>volatility</code><td>a standard deviation of daily logarithmic returns' docs.html
out='200'
check 'packed' 0 sh -c 'curl -s -w "%{http_code}\n" -o packed --unix-socket api.sock -H "Accept-Encoding: gzip" http://x/metrics'
check 'it is gzip' 0 sh -c 'gzip -dc packed | grep -q "^# HELP cashflow_requests_total"'
out='HTTP/1.1 200 OK'
check 'HEAD' 0 sh -c 'curl -sI --unix-socket api.sock http://x/metrics | tr -d "\r" | head -n 1'

err='*'
check 'it ends when asked' 0 served
check 'its socket is gone' 0 test ! -e api.sock

finish
