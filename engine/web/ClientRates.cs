using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace LowLatency.Web;

/// <summary>
/// A rate limit for each client: a number of requests per second, with bursts of twice as many. Clients are identified
/// by their address, with IPv6 by their /64 network. Beyond a maximum number of clients, further ones share one limit.
/// Any thread.
/// </summary>
/// <param name="perSecond">Requests of one client per second.</param>
public sealed class ClientRates(int perSecond)
{
    private const int MaxClients = 1024;
    private const int NetworkBytes = 8;
    private const double MsPerSecond = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Allowance> _clients = [];
    private readonly double _burst = 2.0 * perSecond;
    private Allowance? _shared;

    /// <summary>Counts one request of a client.</summary>
    /// <param name="client">Its address.</param>
    /// <param name="nowMs">Time of a monotonic clock in milliseconds.</param>
    /// <returns>0 if it is allowed; otherwise the seconds until the next one is.</returns>
    public int Take(IPAddress? client, long nowMs)
    {
        lock (_gate)
        {
            Allowance allowance = Find(NetworkOf(client ?? IPAddress.None), nowMs);
            allowance.Left = Math.Min(_burst, allowance.Left + ((nowMs - allowance.AtMs) * perSecond / MsPerSecond));
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
            // Clients whose allowance is full again can be forgotten.
            long quietMs = (long)(_burst / perSecond * MsPerSecond);
            foreach (IPAddress quiet in _clients
                .Where(pair => nowMs - pair.Value.AtMs >= quietMs).Select(pair => pair.Key).ToArray())
            {
                _clients.Remove(quiet);
            }
        }

        if (_clients.Count >= MaxClients)
        {
            return _shared ??= new Allowance { Left = _burst, AtMs = nowMs };
        }

        return _clients[client] = new Allowance { Left = _burst, AtMs = nowMs };
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
