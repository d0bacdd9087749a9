using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace LowLatency.Web;

/// <summary>
/// The places for connections. When all are taken, a new connection gets the place of the one that has waited longest
/// without a whole request, or else of the one whose request has taken longest: half-open connections and slow readers
/// cannot keep anybody out, least of all a health check. A websocket takes no place; how many there may be is decided
/// elsewhere. Any thread.
/// </summary>
/// <param name="places">How many connections there may be.</param>
public sealed class ConnectionRoom(int places)
{
    private readonly Lock _gate = new();

    // The longest first.
    private readonly LinkedList<Place> _waiting = [];
    private readonly LinkedList<Place> _asking = [];
    private long _evicted;

    /// <summary>Connections that had to make room.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>Places that are taken.</summary>
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

    /// <summary>Serves a connection from its beginning to its end.</summary>
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
            evicted.Connection.Abort(new ConnectionAbortedException("another connection needed the place"));
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
