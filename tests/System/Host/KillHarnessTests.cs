using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Host.Cli;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// The real process is killed at random bytes of its journal, and at each order state; then it is resumed. Whether the
/// wanted state exists is checked while the process is stopped, so that it is killed in exactly this state.
/// </summary>
public sealed class KillHarnessTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int MaxLooks = 20_000;

    // None means a kill at the random byte, whatever the orders' states.
    private static readonly OrderState[] s_states =
    [
        OrderState.None, OrderState.PendingNew, OrderState.Live, OrderState.PendingCancel, OrderState.PendingAmend,
        OrderState.PartlyFilled, OrderState.None, OrderState.None,
    ];

    [Fact]
    [FaultRow("F26")]
    [FaultRow("I3")]
    [FaultRow("I4")]
    public async Task ShouldGoOnAfterAKillAtEachStateOfAnOrder()
    {
        using var folder = new TemporaryFolder();
        string journals = folder.File("journal");
        Random random = Seeds.Start(output, Seed);
        var placed = new HashSet<long>();
        int adopted = 0;
        double slowest = 0;
        JournalFile? left = null;
        foreach (OrderState wanted in s_states)
        {
            var watch = Stopwatch.StartNew();
            using HostProcess process = HostProcess.Start(folder.Path, Trading(folder, random));
            string file = await NewestAsync(process, journals, left);
            await process.UntilAsync(() => Journals.Placed(JournalReader.Read(file)).Length > 0, "it placed no order");
            slowest = left is null ? slowest : Math.Max(slowest, watch.Elapsed.TotalMilliseconds);
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
            long from = random.Next(20_000, 200_000);
#pragma warning restore CA5394
            await process.UntilAsync(() => new FileInfo(file).Length >= from, "it wrote no more");
            await StopAtAsync(process, file, wanted);
            process.Send(HostProcess.Kill);
            await process.EndAsync();
            adopted += Check(left, file, placed);
            left = JournalReader.Read(file);
            output.WriteLine($"killed at {wanted}, byte {new FileInfo(file).Length}: "
                + $"{Journals.Fold(left.Outputs).OpenOrders.Count()} open orders");
        }

        using HostProcess last = HostProcess.Start(folder.Path, Trading(folder, random));
        string lastFile = await NewestAsync(last, journals, left);
        await last.UntilAsync(() => Journals.Placed(JournalReader.Read(lastFile)).Length > 0, "it placed no order");
        last.Send(HostProcess.Terminate);
        Assert.Equal(ExitCode.Ok, await last.EndAsync());
        adopted += Check(left, lastFile, placed);
        Assert.Empty(Journals.Fold(lastFile).OpenOrders);
        Assert.NotEqual(0, adopted);
        FaultLedger.AddFigure(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{s_states.Length} kills, at each order state and at random bytes: {placed.Count} orders, none "
                + $"twice; {adopted} open ones restored, 0 orphans; trading again at most {slowest:0} ms after the "
                + $"start"),
            Seed);
    }

    // The next session's initial state and actions, compared with what the killed one left.
    private static int Check(JournalFile? left, string file, HashSet<long> placed)
    {
        JournalFile next = JournalReader.Read(file);
        Assert.All(Journals.Placed(next), id => Assert.True(placed.Add(id), $"id {id} was used twice"));
        if (left is null)
        {
            return 0;
        }

        JournalFold before = Journals.Fold(left.Outputs);
        JournalFold after = Journals.Fold(Journals.SnapshotOf(next));
        Assert.Equal(before.OpenOrders, after.OpenOrders);
        Assert.Equal(before.PositionOf(0), after.PositionOf(0));

        // Nothing is placed before the gateway has reported each order's state.
        var unknown = before.OpenOrders.ToHashSet();
        foreach (EngineOutput item in Journals.OwnOf(next))
        {
            Assert.False(
                item.Kind == OutputKind.Place && unknown.Count != 0, $"placed while {unknown.Count} were unknown");
            if (item.Kind == OutputKind.OrderEvent && item.State != OrderState.Unknown)
            {
                unknown.Remove(item.OrderId);
            }
        }

        Assert.Empty(unknown);
        return before.OpenOrders.Count();
    }

    private static async Task<string> NewestAsync(HostProcess process, string journals, JournalFile? left)
    {
        string[] before = left is null ? [] : [left.Path];
        await process.UntilAsync(
            () => Journals.Files(journals) is [.., var last] && !before.Contains(last), "it began no journal");
        return Journals.Files(journals)[^1];
    }

    private async Task StopAtAsync(HostProcess process, string file, OrderState wanted)
    {
        for (int look = 1; look <= MaxLooks; look++)
        {
            await process.StopAsync();
            if (wanted == OrderState.None || States(file).Contains(wanted))
            {
                output.WriteLine($"{wanted} seen at check {look}");
                return;
            }

            process.Send(HostProcess.Continue);
            await Task.Delay(look % 5, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"no order was {wanted} at {MaxLooks} looks");
    }

    private static HashSet<OrderState> States(string file)
    {
        var states = new Dictionary<long, OrderState>();
        foreach (EngineOutput item in JournalReader.Read(file).Outputs)
        {
            switch (item.Kind)
            {
                case OutputKind.Place:
                    states[item.OrderId] = OrderState.PendingNew;
                    break;
                case OutputKind.Amend:
                    states[item.OrderId] = OrderState.PendingAmend;
                    break;
                case OutputKind.Cancel:
                    states[item.OrderId] = OrderState.PendingCancel;
                    break;
                case OutputKind.OpenOrder or OutputKind.OrderEvent:
                    states[item.OrderId] = item.State;
                    break;
                default:
                    break;
            }
        }

        return [.. states.Values];
    }

    private static string[] Trading(TemporaryFolder folder, Random random) =>
    [
        "--strategy-assembly", typeof(RestlessStrategy).Assembly.Location, "--strategy", "Restless",
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
        "--set", $"Strategy:Seed={random.Next()}", "--seed", $"{random.Next(1, 1000)}",
#pragma warning restore CA5394
        "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics", "--no-record", "--quiet", "--resume",
        "--set", $"Journal:Directory={folder.File("journal")}", .. Patience.Options,
    ];
}
