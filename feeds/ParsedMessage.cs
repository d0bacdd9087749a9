namespace LowLatency.Feeds;

/// <summary>What a parser made of a message.</summary>
internal enum MessageKind
{
    /// <summary>Refused; the fault says why.</summary>
    Bad,

    /// <summary>Nothing for the engine: an answer to a request, a kind that is known and not used.</summary>
    Ignored,

    /// <summary>Level updates with their ids.</summary>
    Depth,

    /// <summary>A whole book that came over the stream: it starts the book, or starts it anew.</summary>
    BookSnapshot,

    /// <summary>Events that need no synchronisation: trades, a top of book, a change of the trading status.</summary>
    Direct,

    /// <summary>The venue's count of its own messages shows that some of the symbol's are missing.</summary>
    Missing,

    /// <summary>The venue asks its clients to connect again soon.</summary>
    Reconnect,
}

/// <summary>A message as its venue's parser read it; its events are in the batch.</summary>
internal struct ParsedMessage
{
    /// <summary>What it is.</summary>
    public MessageKind Kind;

    /// <summary>Index into the session's symbols, or -1 when the message names none of them.</summary>
    public int Symbol;

    /// <summary>Update ids of a depth message; a snapshot's is Last.</summary>
    public DepthIds Ids;

    /// <summary>The id that the venue knows the book's state by: update id, sequence, time or checksum; 0 for none.
    /// </summary>
    public long UpdateId;

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 when it gives none.</summary>
    public long ExchangeTimeNs;

    /// <summary>CRC-32 that the book must have after the message.</summary>
    public uint Checksum;

    /// <summary>true when <see cref="Checksum"/> was sent.</summary>
    public bool HasChecksum;

    /// <summary>true when the message, good or bad, is about the symbol's book.</summary>
    public bool ConcernsBook;

    /// <summary>true when the frame holds a further message behind this one.</summary>
    public bool HasMore;

    /// <summary>true when the venue's scanner took it.</summary>
    public bool IsScanned;

    /// <summary>What is wrong with a bad message.</summary>
    public BadInputKind Fault;

    /// <summary>Where in the text the fault is, and how long it is.</summary>
    public int FaultStart;

    /// <summary>Length of the offending text.</summary>
    public int FaultLength;

    /// <summary>Decimals that a price needs, when the fault is that its increment is too coarse.</summary>
    public int PriceDecimals;

    /// <summary>Decimals that a quantity needs, likewise.</summary>
    public int QuantityDecimals;
}
