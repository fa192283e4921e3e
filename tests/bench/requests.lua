-- wrk -s requests.lua URL -- TOKENS FILE [DELAY_MS] [METHOD]
-- Requests the paths in FILE in turn. POST sends the lines of FILE as bodies to URL's path. PATCH
-- sends the rest of each line to the path at its beginning. If there are several tokens, separated
-- by commas, the requests use them in turn. All requests are built before the measurement starts.
local requests, at = {}, 0

function request_of(line, method)
  if method == "POST" then return wrk.format(method, nil, nil, line) end
  if method == "PATCH" then
    local path, body = line:match("^(%S+) (.*)$")
    return wrk.format(method, path, nil, body)
  end
  return wrk.format(method, line)
end

function init(arguments)
  local method = arguments[4] or "GET"
  local tokens = {}
  for each in arguments[1]:gmatch("[^,]+") do tokens[#tokens + 1] = each end
  wrk.headers["Content-Type"] = method ~= "GET" and "application/json" or nil
  for line in io.lines(arguments[2]) do
    wrk.headers["Authorization"] = "Bearer " .. tokens[#requests % #tokens + 1]
    requests[#requests + 1] = request_of(line, method)
  end
  math.randomseed(1)
  at = math.random(#requests)
  local delay_ms = tonumber(arguments[3] or 0)
  if delay_ms > 0 then delay = function() return delay_ms end end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
