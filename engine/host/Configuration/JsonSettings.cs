using System.Collections.Generic;
using System.IO;
using Microsoft.Extensions.Configuration.Json;

namespace LowLatency.Host.Configuration;

/// <summary>
/// The keys and values of a settings file, read by the platform's parser. The platform's way to list them looks at all
/// keys once for each key, which takes a minute for 50,000.
/// </summary>
internal sealed class JsonSettings : JsonStreamConfigurationProvider
{
    private JsonSettings(JsonStreamConfigurationSource source)
        : base(source)
    {
    }

    /// <summary>Reads a file's content.</summary>
    /// <exception cref="System.FormatException">It cannot be read, or holds a key twice.</exception>
    public static IDictionary<string, string?> Read(byte[] json)
    {
        var settings = new JsonSettings(new JsonStreamConfigurationSource { Stream = new MemoryStream(json) });
        settings.Load();
        return settings.Data;
    }
}
