namespace LowLatency.Engine.Books;

/// <summary>One price level of a side.</summary>
/// <param name="Price">Price in wire increments.</param>
/// <param name="Quantity">Quantity resting there in wire increments, above 0.</param>
public readonly record struct BookLevel(long Price, long Quantity);
