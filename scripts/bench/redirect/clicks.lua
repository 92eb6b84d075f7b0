-- Clicks of one signed-in user for wrk: `wrk -s clicks.lua URL -- FILE`, whose first line is the cookie and whose other
-- lines are record ids. The last line of the output is JSON.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local requests = {}
  local lines = io.lines(args[1])
  local headers = {
    ["Cookie"] = lines(),
    ["Accept"] = "text/html",
    ["Sec-Fetch-Mode"] = "navigate",
    ["Sec-Fetch-Dest"] = "document",
  }
  for id in lines do
    requests[#requests + 1] = wrk.format("GET", "/d/" .. id, headers)
  end
  -- threads walk the documents from places of their own
  local at = math.floor(number * #requests / 2)
  request = function()
    at = at % #requests + 1
    return requests[at]
  end
end

function done(summary)
  local failed = summary.errors
  io.write(string.format(
    '{"answered":%d,"failed":%d,"refused":%d,"seconds":%.6f}\n',
    summary.requests, failed.connect + failed.read + failed.write + failed.timeout, failed.status,
    summary.duration / 1e6
  ))
end
