using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LowLatency.Web;

/// <summary>
/// Refuses requests that a foreign web page made a browser send: cross-site requests, and DNS rebinding. Kestrel itself
/// answers under any host name and to any origin.
/// </summary>
public static class SameOrigin
{
    /// <summary>Host names of loopback.</summary>
    public static IReadOnlySet<string> LoopbackHosts { get; } =
        new[] { "127.0.0.1", "localhost", "[::1]" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks a request. Websocket handshakes carry the same headers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hosts">Accepted host names; any other name means DNS rebinding.</param>
    /// <returns>The refusal, or null if the request is accepted.</returns>
    public static Refusal? Check(HttpRequest request, IReadOnlySet<string> hosts)
    {
        if (!hosts.Contains(request.Host.Host))
        {
            return new Refusal(StatusCodes.Status400BadRequest, "this host is not served here\n");
        }

        // A tunnel may use another port, so the origin is compared with the request's own host and port.
        StringValues origin = request.Headers.Origin;
        if (origin.Count != 0 && origin.ToString() is var text
            && !text.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(StatusCodes.Status403Forbidden, "cross-origin requests are refused\n");
        }

        StringValues site = request.Headers["Sec-Fetch-Site"];
        return site.Count == 0 || site.ToString() is "same-origin" or "none"
            ? null
            : new Refusal(StatusCodes.Status403Forbidden, "cross-site requests are refused\n");
    }
}
