using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace LowLatency.Web;

/// <summary>
/// Limits the number of connections. When the limit is reached, a new connection replaces the one that has been idle
/// longest, or if none is idle, the one whose request has taken longest. So half-open connections and slow readers
/// cannot keep a health check out. Websockets do not count; they have a limit of their own. Any thread.
/// </summary>
/// <param name="places">Maximum number of connections.</param>
public sealed class ConnectionRoom(int places)
{
    private readonly Lock _gate = new();

    // The oldest first.
    private readonly LinkedList<Place> _waiting = [];
    private readonly LinkedList<Place> _asking = [];
    private long _evicted;

    /// <summary>Connections closed to make room for a newer one.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>Open connections.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + _asking.Count;
            }
        }
    }

    /// <summary>Serves a connection until it ends.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">Serves it.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(next);
        var place = new Place(connection);
        Enter(place);
        connection.Features.Set(place);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                place.Node.List?.Remove(place.Node);
            }
        }
    }

    /// <summary>Serves one request of a connection.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Answers it.</param>
    public async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(answer);
        Place? place = context.Features.Get<Place>();
        Move(place, context.WebSockets.IsWebSocketRequest ? null : _asking);
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        finally
        {
            Move(place, _waiting);
        }
    }

    private void Enter(Place place)
    {
        Place? evicted = null;
        lock (_gate)
        {
            if (_waiting.Count + _asking.Count >= places)
            {
                LinkedListNode<Place> longest = _waiting.First ?? _asking.First!;
                longest.List!.Remove(longest);
                evicted = longest.Value;
                evicted.IsEvicted = true;
            }

            _waiting.AddLast(place.Node);
        }

        if (evicted is not null)
        {
            Interlocked.Increment(ref _evicted);
            evicted.Connection.Abort(new ConnectionAbortedException("closed to make room for a newer connection"));
        }
    }

    private void Move(Place? place, LinkedList<Place>? to)
    {
        lock (_gate)
        {
            if (place is null or { IsEvicted: true })
            {
                return;
            }

            place.Node.List?.Remove(place.Node);
            to?.AddLast(place.Node);
        }
    }

    private sealed class Place
    {
        public Place(ConnectionContext connection)
        {
            Connection = connection;
            Node = new LinkedListNode<Place>(this);
        }

        public ConnectionContext Connection { get; }

        public LinkedListNode<Place> Node { get; }

        public bool IsEvicted { get; set; }
    }
}
