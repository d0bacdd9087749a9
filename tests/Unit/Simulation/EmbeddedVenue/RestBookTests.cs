using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Simulation.EmbeddedVenue.Market;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Simulation.EmbeddedVenue;

/// <summary>A book that the embedded venue serves by REST is whole while its market goes on: a book with the number of
/// the next one hides the change between them.</summary>
public sealed class RestBookTests
{
    private static readonly int s_messages = Math.Min(1000, Cases.Times(200));

    [Theory]
    [InlineData("bitstamp", "/api/v2/order_book/btcusdt/", "microtimestamp")]
    [InlineData("okx", "/api/v5/market/books", "seqId")]
    public async Task ShouldBelongToItsNumber(string venue, string path, string number)
    {
        var query = new Dictionary<string, string> { ["instId"] = "BTC-USDT" };
        var expected = new Dictionary<string, string>();
        Play(venue, async dialect => Add(expected, await AskAsync(dialect, path, query), number));

        var served = new ConcurrentDictionary<string, string>();
        using var ended = new CancellationTokenSource();
        Task[] asking = [];
        Play(venue, dialect =>
        {
            asking = asking is not [] ? asking : Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    Add(served, await AskAsync(dialect, path, query), number);
                }
            })).ToArray();
            Eventually.Holds(() => !served.IsEmpty);
            return Task.CompletedTask;
        });
        await ended.CancelAsync();
        await Task.WhenAll(asking);

        Assert.NotEmpty(served);
        Assert.All(served, book => Assert.Equal(expected[book.Key], book.Value));
    }

    private static void Play(string venue, Func<Dialect, Task> onMessage)
    {
        using var market = new GeneratedMarket(new GeneratedMarketOptions
        {
            Seed = 3,
            Symbols = ["BTCUSDT"],
            StartNs = 1_700_000_000_000_000_000,
            IsFutures = false,
        });
        VenueBook[] books = market.Instruments.Select(_ => new VenueBook()).ToArray();
        Dialect dialect = DialectTable.Create(venue, market.Instruments, books, new MarketClock(0));
        for (int i = 0; i < s_messages && market.TryNext(out VenueMessage message); i++)
        {
            if (message.Kind == VenueMessageKind.Snapshot)
            {
                books[0].Seed(message.Data);
            }
            else if (message.Kind == VenueMessageKind.Depth)
            {
                books[0].OnDepth(message.Data);
            }

            dialect.OnMessage(in message);
            Assert.True(onMessage(dialect).IsCompletedSuccessfully);
        }
    }

    private static async Task<string> AskAsync(
        Dialect dialect, string path, IReadOnlyDictionary<string, string> query) =>
        Encoding.UTF8.GetString((await dialect.AnswerAsync(path, query, CancellationToken.None))!.Value.Json);

    private static void Add(IDictionary<string, string> books, string book, string number)
    {
        using var document = JsonDocument.Parse(book);
        JsonElement root = document.RootElement.TryGetProperty("data", out JsonElement data)
            ? data[0]
            : document.RootElement;
        books[root.GetProperty(number).ToString()] = book;
    }
}
