-- Sends the lines of a file as request bodies, one after the other and again from the first, and reports as one line of JSON.
-- A line of three parts by tabs is a signed request: the value of X-Amz-Date, that of Authorization, and the body. A line of two has a
-- target of its own before the body.
-- wrk -s bodies.lua URL -- TARGET CONTENT_TYPE FILE PATH HOST
-- Without a TARGET they are no AWS calls; without a HOST they are for that of the URL.

local requests = {}
local sent = 0

function init(args)
   local headers = { ["Content-Type"] = args[2] }
   if args[1] ~= "" then
      headers["X-Amz-Target"] = args[1]
   end
   if args[5] ~= "" then
      headers["Host"] = args[5]
   end
   for line in io.lines(args[3]) do
      local date, authorization, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
      headers["X-Amz-Date"], headers["Authorization"] = date, authorization
      if not body then
         local target, own = line:match("^([^\t]*)\t(.*)$")
         if target then
            headers["X-Amz-Target"], body = target, own
         end
      end
      requests[#requests + 1] = wrk.format("POST", args[4], headers, body or line)
   end
end

function request()
   sent = sent + 1
   return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "elapsed_us": %d, "refused": %d, "broken": %d, "p50_us": %d, "p99_us": %d}\n',
      summary.requests, summary.duration, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50), latency:percentile(99)
   ))
end
