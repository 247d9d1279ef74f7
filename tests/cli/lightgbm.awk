# Forecasts of a LightGBM model text for the rows of a CSV file, as LightGBM's own reader defines them:
#	awk -f lightgbm.awk MODEL.txt ROWS.csv
# ROWS has the features in the order of the model, an empty field is NaN.  What the reader requires must be there.
function fail(reason) {
	print "lightgbm.awk: " reason
	failed = 1
	exit 1
}
# number of array `name` of tree t at index i, from 0
function at(t, name, i,    parts) {
	if (!((t, name) in loaded)) {
		loaded[t, name] = split(text[t, name], parts, " ")
		for (k = 1; k <= loaded[t, name]; k++)
			value[t, name, k - 1] = parts[k]
	}
	if (i >= loaded[t, name])
		fail("tree " t ": " name " has no item " i)
	return value[t, name, i]
}
function forecast(t,    node, x, type, left) {
	if (text[t, "num_leaves"] == 1)
		return at(t, "leaf_value", 0) + 0
	node = 0
	while (node >= 0) {
		x = $(at(t, "split_feature", node) + 1)
		type = at(t, "decision_type", node)
		if (type % 2 || int(type / 4) != 2)
			fail("decision_type " type)
		if (x == "")
			left = int(type / 2) % 2
		else
			left = at(t, "threshold", node) == "inf" || x + 0 <= at(t, "threshold", node) + 0
		node = at(t, left ? "left_child" : "right_child", node)
	}
	return at(t, "leaf_value", -node - 1) + 0
}
FNR == 1 { file++ }
file == 1 && FNR == 1 {
	if ($0 != "tree")
		fail("first line")
	next
}
file == 1 && /^end of trees$/ { ended = 1 }
file == 1 && /^average_output$/ { average = 1 }
file == 1 && (i = index($0, "=")) {
	key = substr($0, 1, i - 1)
	if (key == "Tree")
		tree = ++trees
	if ((tree + 0, key) in text)
		fail("twice: " $0)
	text[tree + 0, key] = substr($0, i + 1)
	next
}
file == 2 && FNR == 1 {
	FS = ","
	$0 = $0
	n = split("num_class label_index max_feature_idx feature_names feature_infos version objective", keys, " ")
	for (i = 1; i <= n; i++)
		if (!((0, keys[i]) in text))
			fail("no " keys[i])
	if (split(text[0, "feature_names"], names, " ") != text[0, "max_feature_idx"] + 1)
		fail("feature_names")
	if (split(text[0, "feature_infos"], names, " ") != text[0, "max_feature_idx"] + 1)
		fail("feature_infos")
	if (!ended || !average || !trees)
		fail("no trees, no average_output, or no end")
	for (t = 1; t <= trees; t++) {
		leaves = text[t, "num_leaves"]
		if (split(text[t, "leaf_value"], names, " ") != leaves)
			fail("leaf_value")
		if (leaves > 1 && (split(text[t, "threshold"], names, " ") != leaves - 1 ||
		    split(text[t, "right_child"], names, " ") != leaves - 1))
			fail("number of inner nodes")
	}
	next
}
file == 2 {
	sum = 0
	for (t = 1; t <= trees; t++)
		sum += forecast(t)
	printf "%.17g\n", sum / trees
}
