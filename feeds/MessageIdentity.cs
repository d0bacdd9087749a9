using System;
using System.Text;

namespace LowLatency.Feeds;

/// <summary>What a venue's message is about.</summary>
public enum MessageSubject : byte
{
    /// <summary>Not JSON, or not in the structure of any message of the venue.</summary>
    Unreadable,

    /// <summary>An answer, an error, a heartbeat or a notice: about the connection or the whole venue.</summary>
    Control,

    /// <summary>Data of a channel that is not used.</summary>
    Other,

    /// <summary>A book from the stream: level updates, or all levels.</summary>
    Book,

    /// <summary>The answer to a REST request for a book.</summary>
    RestBook,

    /// <summary>Best bid and ask.</summary>
    Top,

    /// <summary>Trades.</summary>
    Trade,

    /// <summary>A list of instruments.</summary>
    InstrumentList,
}

/// <summary>
/// What a message is, as the venue's parser reads it: the one answer that import, live, replay and all tools use.
/// </summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Type">Name under which it is counted: its channel, followed by an underscore and the action if the
/// channel has actions. Without depth and speed.</param>
/// <param name="Channel">The channel with its depth and speed, as far as the message names them; two books of different
/// channels are different books.</param>
/// <param name="Symbol">The venue's symbol, or null if the message names none. That a message names a symbol does not
/// mean that the symbol exists: only a message that can be read to the end proves that.</param>
public readonly record struct MessageIdentity(MessageSubject Subject, string Type, string Channel, string? Symbol)
{
    /// <summary>A message that cannot be identified.</summary>
    public static MessageIdentity Unreadable { get; } =
        new(MessageSubject.Unreadable, "unreadable", string.Empty, null);

    internal static MessageIdentity Of(in WireIdentity identity)
    {
        string type = Encoding.UTF8.GetString(identity.Type);
        return new MessageIdentity(
            identity.Subject,
            identity.Action.IsEmpty ? type : $"{type}_{Encoding.UTF8.GetString(identity.Action)}",
            identity.Channel.IsEmpty ? type : Encoding.UTF8.GetString(identity.Channel),
            identity.Symbol.IsEmpty ? null : Encoding.UTF8.GetString(identity.Symbol));
    }
}

/// <summary>The same inside a parser, as parts of the message.</summary>
internal ref struct WireIdentity
{
    /// <summary>What the message is about.</summary>
    public MessageSubject Subject;

    /// <summary>What the session does with it, if it has nothing to read: <see cref="MessageKind.Ignored"/> and its
    /// like.</summary>
    public MessageKind Kind;

    /// <summary>The channel without depth and speed.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>The action, if the channel has actions.</summary>
    public ReadOnlySpan<byte> Action;

    /// <summary>The channel with depth and speed; empty if it is <see cref="Type"/>.</summary>
    public ReadOnlySpan<byte> Channel;

    /// <summary>The symbol as the message writes it; empty if it names none.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The channel as a number; none if the message does not name it.</summary>
    public StreamChannel Stream;

    /// <summary>A message without anything to read.</summary>
    public static WireIdentity Of(MessageSubject subject, ReadOnlySpan<byte> type, MessageKind kind) =>
        new() { Subject = subject, Type = type, Kind = kind };
}
