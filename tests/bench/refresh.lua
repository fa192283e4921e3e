-- wrk -s refresh.lua URL -- TOKENS: each thread uses a line of TOKENS as its refresh token and
-- exchanges it repeatedly. At the end, the newest tokens are written to TOKENS. REQUIRES: one
-- connection per thread, and one line per thread.
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
