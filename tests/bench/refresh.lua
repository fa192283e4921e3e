-- wrk -s refresh.lua URL -- TOKENS: each thread takes a line of TOKENS as its refresh token, and
-- exchanges it again and again; at the end TOKENS has the last ones. REQUIRES: one connection a
-- thread, and as many lines.
local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("line", #threads)
end

function init(arguments)
  path = arguments[1]
  local number = 0
  for each in io.lines(path) do
    number = number + 1
    if number == line then token = each end
  end
end

function request()
  return wrk.format("POST", "/api/v1/auth/refresh", {["Content-Type"] = "application/json"},
                    '{"refresh_token":"' .. token .. '"}')
end

function response(status, headers, body)
  token = body:match('"refresh_token":"([^"]+)"') or token
end

function done()
  local file = io.open(threads[1]:get("path"), "w")
  for _, thread in ipairs(threads) do file:write(thread:get("token"), "\n") end
  file:close()
end
