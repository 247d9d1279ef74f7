#!/bin/sh
# cf-model: the registry: what it lists, puts to use, takes back and removes.
. "$CF_TOP/tests/cli/lib.sh"

# models a .. e in r, each an hour older than the next
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 40; i++) print i % 10 "," 2 * i "," 1 + i % 4 }' >table.csv
cf-train -q --target y --trees 0 -o plain.cfm table.csv >plain.json || skip 'cf-train does not work'
model=$(sed 's/.*"model":"\([^"]*\)".*/\1/' plain.json)
n=1
for id in a b c d e; do
	mkdir -p r/$id
	cp plain.cfm r/$id/model.cfm
	cp plain.json r/$id/metrics.json
	touch -t 2024010${n}0000 r/$id/model.cfm
	n=$((n + 1))
done
mkdir r/training

# the IDs in r, the current one marked by a star, the one before by a dash
ids() {
	cf-model list -q -m r --format csv | sed -e 1d -e 's/,current,.*/*/' -e 's/,previous,.*/-/' -e 's/,.*//' | paste -s -d ' ' -
}

out='a b c d e'
check 'a list' 0 ids
out='{"id":"a","use":null,"written":"2024-01-01T00:00:00Z","bytes":'$(wc -c <plain.cfm | tr -d ' ')',"model":"'$model'","kind":"plain","horizon":null,"rows":40,"first_date":null,"last_date":null,"skill":null,"coverage":null}'
check 'what it tells of one' 0 sh -c 'TZ=UTC cf-model list -m r | head -n 1'
check 'promote' 0 cf-model promote -m r a
err='cf-model: c is current'
check 'promote, verbose' 0 cf-model promote -v -m r c
check 'promote again' 0 cf-model promote -m r d
out='a b c- d* e'
check 'which is in use, and which was' 0 ids
check 'check only' 0 cf-model promote -n -m r e
check 'rollback, check only' 0 cf-model rollback -n -m r
out='a b c- d* e'
check 'that changed nothing' 0 ids
out=1
check 'each promotion is on record' 0 sh -c \
    'tail -n 1 r/promotions.ndjson | grep -c "\"action\":\"promote\",\"id\":\"d\",\"from\":\"c\"}"'
out='3'
check 'each promotion is a line' 0 sh -c 'wc -l <r/promotions.ndjson | tr -d " "'

# ---- rollback

err='cf-model: c is current'
check 'rollback' 0 cf-model rollback -v -m r
out='a- b c* d e'
check 'to the one before' 0 ids
check 'rollback again' 0 cf-model rollback -m r
out='a* b c d e'
check 'one further back' 0 ids
err='cf-model: r: no model was current before'
check 'there is no further' 1 cf-model rollback -m r
check 'forward' 0 cf-model promote -m r d
out='a- b c d* e'
check 'is as if nothing had been between' 0 ids

# ---- damage

cp plain.cfm bad.cfm
size=$(wc -c <bad.cfm)
printf X | dd of=bad.cfm bs=1 seek=$((size - 20)) conv=notrunc 2>/dev/null
cmp -s plain.cfm bad.cfm && printf Y | dd of=bad.cfm bs=1 seek=$((size - 20)) conv=notrunc 2>/dev/null
cp bad.cfm r/e/model.cfm
touch -t 202401050000 r/e/model.cfm
for how in '' -n; do
	err='*'
	check "a damaged model is refused $how" 1 cf-model promote $how -m r e
done
cp got.err said.txt
check 'the message' 0 grep -q '^cf-model: r/e/model.cfm: model file is damaged' said.txt
cp bad.cfm r/a/model.cfm
touch -t 202401010000 r/a/model.cfm
err='*'
check 'so is a damaged model of before' 1 cf-model rollback -m r
out='a- b c d* e'
check 'the current one stays' 0 ids
cp plain.cfm r/a/model.cfm
touch -t 202401010000 r/a/model.cfm
head -c 10 plain.cfm >r/e/model.cfm
touch -t 202401050000 r/e/model.cfm
out='*' err='cf-model: r/e/model.cfm: not a model file'
check 'a list bears what is no model' 0 cf-model list -m r
cp got.out got.list
out='{"id":"e","use":null,"written":"2024-01-05T00:00:00Z","bytes":10,"model":null,"kind":null,"horizon":null,"rows":null,"first_date":null,"last_date":null,"skill":null,"coverage":null}'
check 'with what is known' 0 tail -n 1 got.list
cp plain.cfm r/e/model.cfm
touch -t 202401050000 r/e/model.cfm

# ---- prune

check 'nothing to prune' 0 cf-model prune -m r
out='b'
check 'prune, check only' 0 cf-model prune -n -m r --keep 3
out='a- b c d* e'
check 'that changed nothing' 0 ids
out='b
c'
check 'prune' 0 cf-model prune -m r --keep 1
out='a- d* e'
check 'neither the current one nor the one before' 0 ids
check 'nor what is being trained' 0 test -d r/training
out='.
..
.lock
a
current
d
e
promotions.ndjson
training'
check 'nothing is left of them' 0 ls -a r
check 'it can still be taken back' 0 cf-model rollback -m r
out='a* d e'
check 'to the one before, after all' 0 ids

# ---- wrong

err='cf-model: prune wants no operands; try "cf-model --help"'
check 'prune takes no ID' 2 cf-model prune -m r a
err='cf-model: rollback wants no operands; try "cf-model --help"'
check 'nor does rollback' 2 cf-model rollback -m r a
err='*'
check 'keep none' 2 cf-model prune -m r --keep 0
err='cf-model: a list is csv or ndjson, not pmml'
check 'a list in another format' 2 cf-model list -m r --format pmml
err='cf-model: nowhere: No such file or directory'
check 'a list of no folder' 4 cf-model list -m nowhere
mkdir empty
check 'a list of none' 0 cf-model list -m empty
err='cf-model: empty: no model was current before'
check 'rollback to none' 1 cf-model rollback -m empty

finish
