using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace LowLatency.Web;

/// <summary>
/// How often each client may ask: so many requests a second, and twice as many at once. Clients are told by their
/// address (of IPv6 its network); when there are more of them than can be kept, the newer ones share an allowance. Any
/// thread.
/// </summary>
public sealed class ClientRates(int perSecond)
{
    private const int MaxClients = 1024;
    private const int NetworkBytes = 8;
    private const double MsPerSecond = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Allowance> _clients = [];
    private readonly double _most = 2.0 * perSecond;
    private Allowance? _shared;

    /// <summary>Takes one request of a client's allowance.</summary>
    /// <param name="client">Its address.</param>
    /// <param name="nowMs">Milliseconds of a clock that never goes back.</param>
    /// <returns>0, or after how many whole seconds there is room again.</returns>
    public int Take(IPAddress? client, long nowMs)
    {
        lock (_gate)
        {
            Allowance allowance = Find(NetworkOf(client ?? IPAddress.None), nowMs);
            allowance.Left = Math.Min(_most, allowance.Left + ((nowMs - allowance.AtMs) * perSecond / MsPerSecond));
            allowance.AtMs = nowMs;
            if (allowance.Left < 1)
            {
                return (int)Math.Ceiling(Math.Max(1, (1 - allowance.Left) / perSecond));
            }

            allowance.Left--;
            return 0;
        }
    }

    private Allowance Find(IPAddress client, long nowMs)
    {
        if (_clients.TryGetValue(client, out Allowance? allowance))
        {
            return allowance;
        }

        if (_clients.Count >= MaxClients)
        {
            // Whoever has been quiet long enough to have it all back is not missed.
            long quietMs = (long)(_most / perSecond * MsPerSecond);
            foreach (IPAddress quiet in _clients
                .Where(pair => nowMs - pair.Value.AtMs >= quietMs).Select(pair => pair.Key).ToArray())
            {
                _clients.Remove(quiet);
            }
        }

        if (_clients.Count >= MaxClients)
        {
            return _shared ??= new Allowance { Left = _most, AtMs = nowMs };
        }

        return _clients[client] = new Allowance { Left = _most, AtMs = nowMs };
    }

    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(address.IsIPv4MappedToIPv6 ? bytes.Length : NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Allowance
    {
        public double Left { get; set; }

        public long AtMs { get; set; }
    }
}
