using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace LowLatency.Host.Cli;

/// <summary>Options whose value is an integer.</summary>
internal static class WholeNumberArgument
{
    /// <summary>
    /// An option for an integer. A value that is invalid or out of range is rejected, and the error names the range.
    /// </summary>
    /// <param name="name">The option, such as --seed.</param>
    /// <param name="description">Help text.</param>
    /// <param name="least">Minimum.</param>
    /// <param name="otherwise">Default value; null for none.</param>
    /// <param name="most">Maximum; null for that of the type.</param>
    public static Option<T?> Option<T>(
        string name, string description, T least, T? otherwise = null, T? most = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T greatest = most ?? T.MaxValue;
        var option = new Option<T?>(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number)
                    && number >= least && number <= greatest)
                {
                    return number;
                }

                result.AddError(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} '{text}': expected a whole number from {least} to {greatest}"));
                return null;
            },
        };
        if (otherwise is { } known)
        {
            option.DefaultValueFactory = _ => known;
        }

        return option;
    }
}
