namespace LowLatency.Engine.Events;

/// <summary>The clock for receive times. Any thread. The engine itself never reads it.</summary>
public interface IReceiveClock
{
    /// <summary>Nanoseconds since the Unix epoch; never runs backwards.</summary>
    long NowNs { get; }
}
