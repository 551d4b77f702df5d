-- What wrk asks: made before the clock starts, and only gone through while it runs, so that the
-- cores are the servers'. Each question is another name, from another address.
-- Arguments: a file of names, and how many questions are made.

local questions, at = {}, 0
local seed = 7

local function chance(below)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return math.floor(seed / 65536) % below
end

local function lines_of(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end

init = function(arguments)
  local names, headers = lines_of(arguments[1]), {}
  for name, value in pairs(wrk.headers) do headers[name] = value end
  for number = 1, tonumber(arguments[2]) do
    headers["X-Forwarded-For"] = "10." .. chance(256) .. "." .. chance(256) .. "." .. chance(256)
    local path = wrk.path:gsub("NAME", names[1 + chance(#names)])
    questions[number] = wrk.format("GET", path, headers)
  end
end

request = function()
  at = at % #questions + 1
  return questions[at]
end

done = function(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.read + summary.errors.timeout
  io.write(string.format("asked %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(99), wrong))
end
