-- For wrk: POST the lines of the file BODIES in turn, with the token API_TOKEN; both from the environment.  At the end a
-- line "wrk REQUESTS MICROSECONDS NOT-2XX BROKEN P50 P99" in microseconds.
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do
	bodies[#bodies + 1] = line
end

local headers = {
	["Content-Type"] = "application/json",
	["Authorization"] = "Bearer " .. (os.getenv("API_TOKEN") or "")
}
local requests = {}
local n = 0

function init()
	for i, body in ipairs(bodies) do
		requests[i] = wrk.format("POST", nil, headers, body)
	end
end

function request()
	n = n % #requests + 1
	return requests[n]
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("wrk %d %d %d %d %d %d\n", summary.requests, summary.duration, e.status,
	    e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
