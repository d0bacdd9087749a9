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
/// A venue's protocol: lists, snapshots, subscriptions, messages. The market comes in one format and is sent in the
/// venue's. Calls must not overlap, except <see cref="AnswerAsync"/>, which may come from any thread.
/// </summary>
internal abstract class Dialect
{
    /// <summary>true for websocket paths.</summary>
    public abstract bool IsStream(string path);

    /// <summary>A new client.</summary>
    public abstract DialectClient Connect(string path, IReadOnlyDictionary<string, string> query);

    /// <summary>Answers a request; null if there is no such path.</summary>
    public abstract Task<RestAnswer?> AnswerAsync(
        string path, IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken);

    /// <summary>Receives a message of the market, before the clients do.</summary>
    public abstract void OnMessage(in VenueMessage message);

    /// <summary>The market restarts.</summary>
    public abstract void OnRestart();
}

/// <summary>One client's state in a dialect: its subscriptions, and what it is sent.</summary>
internal abstract class DialectClient
{
    /// <summary>true if it subscribes to the book of an instrument; -1 means any.</summary>
    public abstract bool ListensToBook(int instrument);

    /// <summary>Receives a text from the client.</summary>
    public abstract void OnText(string text, List<byte[]> frames);

    /// <summary>Creates the frames for a message of the market.</summary>
    public abstract void OnMessage(in VenueMessage message, List<byte[]> frames);

    /// <summary>Called once a second: heartbeats.</summary>
    public virtual void OnSecond(List<byte[]> frames)
    {
    }
}
