using System;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LowLatency.Web;

/// <summary>
/// Checks every request before its route: host and origin, rate, method, body and token, in this order. A refused
/// request costs nothing more. Every answer gets the headers that keep it out of other pages. Any thread.
/// </summary>
/// <param name="access">Accepted hosts, and the token.</param>
/// <param name="requestsPerSecond">Rate limit of one client.</param>
public sealed class RequestGuard(WebAccess access, int requestsPerSecond)
{
    /// <summary>Maximum size of a request's body in bytes; no route reads one.</summary>
    public const int MaxBodyBytes = 1024;

    private const string Bearer = "Bearer ";

    private readonly ClientRates _rates = new(requestsPerSecond);

    // A separate limit: too many scrapes must not make the process look dead.
    private readonly ClientRates _healthRates = new(requestsPerSecond);

    /// <summary>Passes a request to its route, or refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isOpen">The route requires no token.</param>
    /// <param name="isHealth">It is one of the health routes.</param>
    /// <param name="route">The route.</param>
    public Task PassAsync(HttpContext context, bool isOpen, bool isHealth, RequestDelegate route)
    {
        AddHeaders(context.Response.Headers);
        return Check(context, isOpen, isHealth) is { } refusal
            ? refusal.AnswerAsync(context)
            : route(context);
    }

    /// <summary>Answers with plain text.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="text">The body.</param>
    public static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return AnswerAsync(context, status, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Answers with bytes; the content type must be set.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body.</param>
    public static async Task AnswerAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    // Requests of foreign pages are refused before they count, so that they cannot use up the real client's rate.
    private Refusal? Check(HttpContext context, bool isOpen, bool isHealth)
    {
        if (SameOrigin.Check(context.Request, access.Hosts) is { } foreign)
        {
            return foreign;
        }

        int wait = (isHealth ? _healthRates : _rates)
            .Take(context.Connection.RemoteIpAddress, Environment.TickCount64);
        if (wait != 0)
        {
            context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            return new Refusal(StatusCodes.Status429TooManyRequests, "too many requests\n");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return new Refusal(StatusCodes.Status405MethodNotAllowed, "GET or HEAD only\n");
        }

        if (context.Request.ContentLength > MaxBodyBytes || context.Request.Headers.TransferEncoding.Count != 0)
        {
            return new Refusal(StatusCodes.Status413PayloadTooLarge, "a request body is not accepted\n");
        }

        if (!isOpen && access.Token is { } token && !HasToken(context.Request, token))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return new Refusal(StatusCodes.Status401Unauthorized, "a token is required: Authorization: Bearer TOKEN\n");
        }

        return null;
    }

    private static bool HasToken(HttpRequest request, Secret token)
    {
        StringValues header = request.Headers.Authorization;
        string text = header.Count == 1 ? header.ToString() : string.Empty;
        return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && token.Matches(Encoding.UTF8.GetBytes(text[Bearer.Length..]));
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
