namespace LowLatency.Engine;

/// <summary>Version of the engine's rules: of what it decides on the same inputs.</summary>
public static class EngineRules
{
    /// <summary>
    /// Rises with every change of what the engine or a built-in strategy decides or notes on the same inputs. A session
    /// that was recorded under another version is replayed, but its decisions are not compared. A new file layout does
    /// not raise it. From version 3 on, a loss by a session's first fill counts as a loss of its day, and a day starts
    /// with the last value of the day before.
    /// </summary>
    public const int Version = 3;
}
