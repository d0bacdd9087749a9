using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace LowLatency.Web;

/// <summary>The refusal of a request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body of the answer: one line.</param>
public readonly record struct Refusal(int Status, string Text)
{
    /// <summary>Sends it.</summary>
    /// <param name="context">The request.</param>
    public async Task AnswerAsync(HttpContext context)
    {
        byte[] body = Encoding.UTF8.GetBytes(Text);
        context.Response.StatusCode = Status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
