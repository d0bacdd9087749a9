namespace LowLatency.Feeds;

/// <summary>Kinds of parsed messages.</summary>
internal enum MessageKind
{
    /// <summary>Rejected; the fault says why.</summary>
    Bad,

    /// <summary>Nothing for the engine: the answer to a request, or a known type that is not used.</summary>
    Ignored,

    /// <summary>Level updates with their ids.</summary>
    Depth,

    /// <summary>A complete book from the stream: it starts or restarts the book.</summary>
    BookSnapshot,

    /// <summary>Events that need no synchronisation: trades, top of book, trading status.</summary>
    Direct,

    /// <summary>The venue's message counter shows that messages of the symbol are missing.</summary>
    Missing,

    /// <summary>The venue asks its clients to reconnect soon.</summary>
    Reconnect,

    /// <summary>The venue answered a request with an error.</summary>
    VenueError,
}

/// <summary>A message as parsed; its events are in the batch.</summary>
internal struct ParsedMessage
{
    /// <summary>What it is.</summary>
    public MessageKind Kind;

    /// <summary>Index into the session's symbols, or -1 if the message names none of them.</summary>
    public int Symbol;

    /// <summary>The channel of a book or of trades; none if the message does not name it.</summary>
    public StreamChannel Channel;

    /// <summary>Update ids of a depth message; a snapshot's is Last.</summary>
    public DepthIds Ids;

    /// <summary>The venue's id of the book state: update id, sequence, time or checksum; 0 for none.</summary>
    public long UpdateId;

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 if absent.</summary>
    public long ExchangeTimeNs;

    /// <summary>Expected CRC-32 of the book after the message.</summary>
    public uint Checksum;

    /// <summary>true if <see cref="Checksum"/> was sent.</summary>
    public bool HasChecksum;

    /// <summary>true if the message, good or bad, is about the symbol's book.</summary>
    public bool ConcernsBook;

    /// <summary>true if the frame contains another message after this one.</summary>
    public bool HasMore;

    /// <summary>true if the venue's scanner took it.</summary>
    public bool IsScanned;

    /// <summary>The fault of a bad message.</summary>
    public BadInputKind Fault;

    /// <summary>Position of the offending text.</summary>
    public int FaultStart;

    /// <summary>Length of the offending text.</summary>
    public int FaultLength;

    /// <summary>Decimals that a price needs, if the fault is a number finer than its increment.</summary>
    public int PriceDecimals;

    /// <summary>Decimals that a quantity needs, likewise.</summary>
    public int QuantityDecimals;
}
