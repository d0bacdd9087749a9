using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Sessions.Journal;

namespace LowLatency.Host.Cli;

/// <summary>Explains in plain words why an order was placed, moved, cancelled or rejected.</summary>
internal static class ExplainCommand
{
    public static int Run(
        string idText, string path, string assembly, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        if (!long.TryParse(idText, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            errors.WriteLine($"lowlatency: '{idText}' is not an order id: expected a whole number");
            return ExitCode.Usage;
        }

        return Guarded.Run(errors, () =>
        {
            StrategyCatalog catalog = StrategyBinder.LoadCatalog(assembly);
            using RecordingReplay replay = RecordingReplay.Open(
                path, new ReplayOptions { Catalog = catalog, Stop = stop });
            var story = new OrderStory(
                id, instrument => replay.Runner.Core.Engine.Scale(instrument),
                StrategyReasonText.Of(replay.Manifest, catalog));
            replay.Runner.Core.OnOutput = story.Add;
            ReplayResult result = replay.RunToEnd();
            if (result.IsStopped)
            {
                errors.WriteLine(
                    "lowlatency: stopped before the end of the recording; the order's history is incomplete");
                return ExitCode.Interrupted;
            }

            if (!story.IsKnown)
            {
                errors.WriteLine($"lowlatency: {Missing(id, endsEarly: result.Truncation is not null)}");
                return ExitCode.NotFound;
            }

            Instrument[] instruments = replay.Manifest.Instruments.Select(item => item.Instrument).ToArray();
            story.Write(instruments, output);
            return ExitCode.Ok;
        });
    }

    /// <summary>What to say of an order that a recording does not have.</summary>
    internal static string Missing(long id, bool endsEarly) => string.Create(
        CultureInfo.InvariantCulture,
        $"the recording has no order {id}{(endsEarly ? ": it ends early; its journal may have it" : string.Empty)}");
}
