using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace LowLatency.Tests.Web;

/// <summary>Who has to make room for a new connection.</summary>
public sealed class ConnectionRoomTests
{
    private readonly ConnectionRoom _room = new(places: 3);
    private readonly List<Guest> _guests = [];

    [Fact]
    public void ShouldSendTheLongestWaitingAway()
    {
        Arrive(4);

        Assert.Equal([true, false, false, false], _guests.Select(guest => guest.IsAborted));
        Assert.Equal((3, 1), (_room.Taken, _room.Evicted));
    }

    [Fact]
    public void ShouldKeepThoseWithARequestAsLongAsOthersWait()
    {
        Arrive(3);
        Ask(_guests[0], isWebSocket: false);
        Arrive(2);

        Assert.Equal([false, true, true, false, false], _guests.Select(guest => guest.IsAborted));

        // Whoever was answered waits again, behind the others.
        _guests[0].Answered.SetResult();
        Arrive(1);
        Assert.Equal([false, true, true, true, false, false], _guests.Select(guest => guest.IsAborted));
    }

    [Fact]
    public void ShouldSendTheLongestRequestAwayWhenNobodyWaits()
    {
        Arrive(3);
        _guests.ForEach(guest => Ask(guest, isWebSocket: false));
        Arrive(1);

        Assert.Equal([true, false, false, false], _guests.Select(guest => guest.IsAborted));

        // What is over for good takes no place again.
        _guests[0].Answered.SetResult();
        Assert.Equal(3, _room.Taken);
    }

    [Fact]
    public void ShouldGiveAWebSocketsPlaceToOthers()
    {
        Arrive(1);
        Ask(_guests[0], isWebSocket: true);
        Arrive(3);

        Assert.Equal((3, 0), (_room.Taken, _room.Evicted));
        Assert.DoesNotContain(_guests, guest => guest.IsAborted);
    }

    [Fact]
    public async Task ShouldFreeThePlaceOfAConnectionThatEnds()
    {
        Arrive(3);
        _guests[1].Ended.SetResult();
        await _guests[1].Serving!;

        Arrive(1);

        Assert.Equal((3, 0), (_room.Taken, _room.Evicted));
    }

    private void Arrive(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var guest = new Guest();
            _guests.Add(guest);
            guest.Serving = _room.ServeAsync(guest, _ => guest.Ended.Task);
        }
    }

    private void Ask(Guest guest, bool isWebSocket)
    {
        var context = new DefaultHttpContext(guest.Features);
        if (isWebSocket)
        {
            context.Features.Set<Microsoft.AspNetCore.Http.Features.IHttpWebSocketFeature>(new WebSocketRequest());
        }

        _ = _room.AnswerAsync(context, _ => guest.Answered.Task);
    }

    private sealed class Guest : DefaultConnectionContext
    {
        public TaskCompletionSource Ended { get; } = new();

        public TaskCompletionSource Answered { get; } = new();

        public Task? Serving { get; set; }

        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }

    private sealed class WebSocketRequest : Microsoft.AspNetCore.Http.Features.IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => true;

        public Task<System.Net.WebSockets.WebSocket> AcceptAsync(WebSocketAcceptContext context) =>
            throw new System.NotSupportedException();
    }
}
