# Forecasts of a PMML regression forest (MiningModel, Segmentation "average", TreeModel) for the rows of a CSV file:
#	awk -f pmml.awk MODEL.pmml ROWS.csv
# ROWS has a header, an empty field is missing.  Elements may stand on any lines.
function fail(reason) {
	print "pmml.awk: " reason
	exit 1
}
# attribute NAME of the element in `tag`
function attribute(tag, name,    i, rest) {
	if (!(i = index(tag, " " name "=\"")))
		return ""
	rest = substr(tag, i + length(name) + 3)
	rest = substr(rest, 1, index(rest, "\"") - 1)
	gsub(/&lt;/, "<", rest)
	gsub(/&gt;/, ">", rest)
	gsub(/&quot;/, "\"", rest)
	gsub(/&amp;/, "\\&", rest)
	return rest
}
function predicate(kind, tag) {
	test[trees, stack[depth]] = kind
	test_field[trees, stack[depth]] = attribute(tag, "field")
	test_value[trees, stack[depth]] = attribute(tag, "value")
	if (kind != "True" && !(attribute(tag, "field") in is_field))
		fail("no such field: " tag)
}
# 1 true, 0 false, -1 unknown
function holds(t, node,    x, kind) {
	kind = test[t, node]
	if (kind == "True")
		return 1
	x = $(column[test_field[t, node]])
	if (kind == "isMissing")
		return x == ""
	if (kind == "isNotMissing")
		return x != ""
	if (x == "")
		return -1
	if (kind == "lessOrEqual")
		return x + 0 <= test_value[t, node] + 0
	if (kind == "greaterThan")
		return x + 0 > test_value[t, node] + 0
	fail("predicate " kind)
}
function forecast(t,    node, k, h, next_node) {
	node = root[t]
	while (children[t, node]) {
		next_node = ""
		for (k = 1; k <= children[t, node] && next_node == ""; k++) {
			h = holds(t, child[t, node, k])
			if (h == 1)
				next_node = child[t, node, k]
			else if (h < 0)
				next_node = standard[t, node]
		}
		if (next_node == "" || !((t, next_node) in test))
			fail("nowhere to go")
		node = next_node
	}
	return score[t, node] + 0
}
FNR == 1 { file++ }
BEGIN { RS = "<" }
file == 1 {
	tag = $0
	sub(/>.*/, "", tag)
	gsub(/[\n\t]/, " ", tag)
	name = tag
	sub(/[ \/].*/, "", name)
	closed = tag ~ /\/$/
}
file == 1 && name == "DataField" { is_field[attribute(tag, "name")] = ++fields }
file == 1 && name == "MiningField" && attribute(tag, "usageType") == "target" { target = attribute(tag, "name") }
file == 1 && name == "Segmentation" && attribute(tag, "multipleModelMethod") != "average" { fail(tag) }
file == 1 && name == "TreeModel" {
	if (attribute(tag, "missingValueStrategy") != "defaultChild")
		fail(tag)
	trees++
	depth = 0
}
file == 1 && name == "Node" {
	id = attribute(tag, "id")
	if (depth) {
		parent = stack[depth]
		child[trees, parent, ++children[trees, parent]] = id
	} else
		root[trees] = id
	if ((trees, id) in score)
		fail("node twice: " id)
	score[trees, id] = attribute(tag, "score")
	standard[trees, id] = attribute(tag, "defaultChild")
	stack[++depth] = id
	if (closed)
		depth--
}
file == 1 && name == "True" && depth { predicate("True", tag) }
file == 1 && name == "SimplePredicate" { predicate(attribute(tag, "operator"), tag) }
file == 1 && /^\/Node/ { depth-- }
file == 1 && /^\/PMML/ {
	ended = 1
	if (depth)
		fail("nodes left open")
	RS = "\n"
	FS = ","
}
file == 2 && FNR == 1 {
	if (!ended || !trees)
		fail("no trees, or no end")
	for (i = 1; i <= NF; i++)
		column[$i] = i
	for (f in is_field)
		if (f != target && !(f in column))
			fail("no column " f)
	next
}
file == 2 {
	sum = 0
	for (t = 1; t <= trees; t++)
		sum += forecast(t)
	printf "%.17g\n", sum / trees
}
