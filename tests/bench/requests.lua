-- wrk -s requests.lua URL -- TOKENS FILE [DELAY_MS] [METHOD]
-- Asks for the paths in FILE in turn; POST sends the lines of FILE as bodies to URL's path, PATCH
-- sends the rest of each line to the path that it begins with. Of several tokens, with commas
-- between them, each thread has its own.
local lines, at, token, delay_ms, method = {}, 0, "", 0, "GET"
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  local tokens = {}
  for each in arguments[1]:gmatch("[^,]+") do tokens[#tokens + 1] = each end
  token, delay_ms = tokens[number % #tokens + 1], tonumber(arguments[3] or 0)
  method = arguments[4] or "GET"
  for line in io.lines(arguments[2]) do lines[#lines + 1] = line end
  math.randomseed(number + 1)
  at = math.random(#lines)
  wrk.headers["Authorization"] = "Bearer " .. token
  wrk.headers["Content-Type"] = method ~= "GET" and "application/json" or nil
  if delay_ms > 0 then delay = function() return delay_ms end end
end

function request()
  at = at % #lines + 1
  if method == "POST" then return wrk.format(method, nil, nil, lines[at]) end
  if method == "PATCH" then
    local path, body = lines[at]:match("^(%S+) (.*)$")
    return wrk.format(method, path, nil, body)
  end
  return wrk.format(method, lines[at])
end
