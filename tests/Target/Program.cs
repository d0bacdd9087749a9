using System;
using System.Globalization;

namespace LowLatency.TestTarget;

/// <summary>
/// Parts of tests that need a separate process: <c>crash FOLDER SEED STEPS</c> and <c>record FOLDER SEED</c> to be
/// killed, <c>day SEED EVENTS</c> and <c>replay RECORDING STRATEGY</c> to run with another runtime configuration.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
        switch (args)
        {
            case ["crash", _, _, _]:
                return CrashRun.Run(args[1], Number(2), Number(3));
            case ["record", _, _]:
                return RecordRun.Run(args[1], Number(2));
            case ["day", _, _]:
                Console.WriteLine(new SyntheticDay(Number(1)).Run(Number(2)));
                return 0;
            case ["replay", _, _]:
                Console.WriteLine(StrategyReplay.Run(args[1], args[2]));
                return 0;
            default:
                Console.Error.WriteLine(
                    "usage: crash FOLDER SEED STEPS, record FOLDER SEED, day SEED EVENTS, or "
                    + "replay RECORDING STRATEGY");
                return 2;
        }
    }
}
