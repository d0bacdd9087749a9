namespace LowLatency.Tests.Reliability;

/// <summary>The rows of the fault matrix that this suite proves.</summary>
public sealed class SystemRowsTests : FaultRowSourcesTests;
