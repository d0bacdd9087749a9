using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>An answer to a REST request.</summary>
internal readonly record struct RestAnswer(int Status, byte[] Json)
{
    public static RestAnswer Ok(string json) => new(200, Encoding.UTF8.GetBytes(json));
}

/// <summary>
/// A venue's wire, as the venue speaks it: lists, snapshots, subscriptions, messages. The market comes in one form and
/// goes out in the venue's. Calls come one at a time, but for <see cref="AnswerAsync"/>, which comes from anywhere.
/// </summary>
internal abstract class Dialect
{
    /// <summary>true for the paths that websockets are opened at.</summary>
    public abstract bool IsStream(string path);

    /// <summary>A new client.</summary>
    public abstract DialectClient Connect(string path, IReadOnlyDictionary<string, string> query);

    /// <summary>Answers a request, or null when there is no such path.</summary>
    public abstract Task<RestAnswer?> AnswerAsync(
        string path, IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken);

    /// <summary>Takes a message of the market, before the clients get theirs.</summary>
    public abstract void OnMessage(in VenueMessage message);

    /// <summary>The market starts anew.</summary>
    public abstract void OnRestart();
}

/// <summary>One client's side of a dialect: what it has subscribed, and what it is sent.</summary>
internal abstract class DialectClient
{
    /// <summary>true when it listens to the book of an instrument; -1 asks for any.</summary>
    public abstract bool ListensToBook(int instrument);

    /// <summary>Takes a text from the client.</summary>
    public abstract void OnText(string text, List<byte[]> frames);

    /// <summary>Makes the frames of a message of the market.</summary>
    public abstract void OnMessage(in VenueMessage message, List<byte[]> frames);

    /// <summary>Called once a second: heartbeats.</summary>
    public virtual void OnSecond(List<byte[]> frames)
    {
    }
}
