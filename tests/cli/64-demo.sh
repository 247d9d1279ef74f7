#!/bin/sh
# pipeline.sh demo: a life, with first training, a quiet month, drift, a training because of it; and what status then says.
. "$CF_TOP/tests/cli/lib.sh"

[ -z "${CF_WRAP:-}${CF_FLAVOUR:-}" ] || skip 'takes too long so'

mkdir -p bin share/cashflow
cp "$CF_TOP/pipeline.sh" bin/
cp -r "$CF_TOP/data/sample" "$CF_TOP/data/pipeline" share/cashflow/
PATH=$PWD/bin:$PATH
export TREES=4

out='*'
check 'demo' 0 env CF_HOME=demo pipeline.sh demo
cp got.out said
out='2020-01-22  first training: trained, promoted'
check 'a first training' 0 grep '  first training: ' said
out=yes
check 'a quiet month' 0 sh -c 'sed -n "s/^2020-01-23 .. \(2020-0[23]-..\)  \([0-9]*\) days without drift.*/\1 \2/p" said |
    awk "{ print (\$1 >= \"2020-02-21\" && \$2 >= 21 ? \"yes\" : \"no\") }"'
out=yes
check 'after the crash, drift and a training' 0 sh -c 'grep "  drift: .*: trained, " said |
    awk "{ print (\$1 > \"2020-02-24\" && \$1 < \"2020-04-01\" ? \"yes\" : \"no\") }"'
out='first training
drift'
check 'status tells the story' 0 sh -c 'CF_HOME=demo pipeline.sh status 1 | sed -n "/^the last/,\$ s/.*  train  .*  done  *\([a-z ]*\).*/\1/p"'
check 'a run for each day, and forecasts of each' 0 sh -c '[ "$(ls demo/runs | wc -l)" = "$(ls demo/predictions/market | wc -l)" ]'
check 'no forecast of a day that had not been' 0 sh -c 'for f in demo/predictions/market/*; do
    d=$(basename "$f" .ndjson); ! grep -v "\"date\":\"$d\"" "$f" || exit 1; done'
check 'the model in use is good' 0 cf-model verify -q demo/models/market
out='*'
check 'history of all' 0 env CF_HOME=demo pipeline.sh status 100

finish
