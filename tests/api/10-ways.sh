#!/bin/sh
# The API check, and a small load, against cf-serve in each way in which it is started.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/api/ways.sh"

served_model
for way in listen activate accept inetd tcpserver xinetd; do
	if ! by "$way" --rate 0; then
		skip_one "$way" 'not installed'
		continue
	fi
	out='*'
	check "$way: the API check" 0 sh "$CF_TOP/tests/api/check.sh" "$url"
	cp got.out "said.$way"
	for line in '^Health check passed' '^Prediction successful!$' '^Prediction: [0-9]+\.[0-9]+$' '^Risk flag: [01]$' \
	    '^Position size: [0-9.]+$'; do
		check "$way: says $line" 0 grep -qE "$line" "said.$way"
	done
	sed -n '/successful/,$p' "said.$way" >"answer.$way"
	check "$way: the same numbers as in the others" 0 cmp answer.listen "answer.$way"

	out='*'
	check "$way: the load test" 0 cf-load -n 100 -c 5 --max-errors 0 --lines bodies "$url/predict"
	out='*'
	check "$way: a new connection for each" 0 cf-load -n 100 -c 5 --fresh --max-errors 0 --lines bodies "$url/predict"

	# A message to the client would be no HTTP: each byte of an answer is judged.
	out='*'
	check "$way: some bad clients" 0 "$clients" --malformed 200 11 "$port"
	[ "$cf_bad" = '' ] || cat got.out
	stop
done

# the token of examples
err='cf-serve: API_TOKEN: "secure_token" stands in examples and is known to everybody; leave it unset to have a token made'
check 'the token that everybody knows' 2 env API_TOKEN=secure_token cf-serve -m model.cfm --listen 127.0.0.1:0

finish
