using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LowLatency.Web;

/// <summary>
/// Tells a request of this machine's own programs from one that a foreign web page has made a visitor's browser send.
/// Kestrel asks neither: it answers under any name and to any origin.
/// </summary>
public static class SameOrigin
{
    /// <summary>The names of loopback.</summary>
    public static IReadOnlySet<string> LoopbackHosts { get; } =
        new[] { "127.0.0.1", "localhost", "[::1]" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a request is refused, or null. Websockets carry the same headers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hosts">Names under which the server may be asked; another name means DNS rebinding.</param>
    public static Refusal? Check(HttpRequest request, IReadOnlySet<string> hosts)
    {
        if (!hosts.Contains(request.Host.Host))
        {
            return new Refusal(StatusCodes.Status400BadRequest, "this host is not served here\n");
        }

        // A tunnel may have given it another port, so the request's own host and port are what an origin has to be.
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
