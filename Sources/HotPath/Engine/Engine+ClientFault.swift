import Crossing
import Vocabulary
import Wire

/// What a client does wrong is recorded with its bytes and told to the operator's log: an
/// operator who is called by a client must be able to say what it sent.
extension Engine {
    /// The client is gone or sent away; its orders are canceled unless its login says otherwise.
    mutating func dropClient(
        _ connection: Int,
        _ fault: ClientFault,
        type: UInt8 = 0,
        length: Int = 0
    ) {
        unsafe dropClient(connection, fault, type: type, length: length, bytes: nil, count: 0)
    }

    /// Likewise; `bytes` are what it is sent away for.
    mutating func dropClient(
        _ connection: Int,
        _ fault: ClientFault,
        type: UInt8,
        length: Int,
        bytes: UnsafeRawPointer?,
        count: Int
    ) {
        let login = unsafe connections[connection].login
        if fault != .connectionLost, fault != .loggedOut {
            complain(connection, fault, type: type, length: length)
        }
        if login != noIndex16 {
            counters.add(.clientDisconnects, 1)
            unsafe recordFault(login, .down, fault, fault == .loggedOut ? 1 : 0, bytes, count)
        }
        cut(connection, fault)
        guard login != noIndex16 else { return }
        let rule = image.client(Int(login)).cancelOnDisconnect
        if rule & (fault == .loggedOut ? 2 : 1) != 0 {
            _ = unsafe cancelAll(.client(login), CancelOrigin(flags: .fromClient))
        }
    }

    /// A message that names no order of ours: nothing to answer, so it is counted, and once a
    /// second recorded and told.
    mutating func ignore(
        _ login: Int,
        _ fault: ClientFault,
        _ error: WireError?,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        counters.add(.clientIgnored, 1)
        let connection = unsafe Int(logins[login].connection)
        guard connection >= 0,
            nowNs - (unsafe connections[connection].complainedNs) >= 1_000_000_000
        else { return }
        unsafe connections[connection].complainedNs = nowNs
        let type = count > 0 ? unsafe bytes.load(as: UInt8.self) : 0
        complain(connection, fault, type: type, length: count, error: error)
        unsafe recordFault(UInt16(login), .messageIgnored, fault, Int64(count), bytes, count)
    }

    private mutating func recordFault(
        _ login: UInt16,
        _ event: SessionEvent,
        _ fault: ClientFault,
        _ value: Int64,
        _ bytes: UnsafeRawPointer?,
        _ count: Int
    ) {
        begin(.session)
        unsafe scratch.pointee.client = login
        unsafe scratch.pointee.detail = event.rawValue
        unsafe scratch.pointee.reason = fault.rawValue
        unsafe scratch.pointee.value = value
        // One slot of it: enough to see what it is.
        unsafe commit(bytes, min(count, AuditRecord.slotBytes))
    }

    /// A full ring loses the line, never the record.
    func complain(
        _ connection: Int,
        _ fault: ClientFault,
        type: UInt8,
        length: Int,
        error: WireError? = nil
    ) {
        var complaint = ClientComplaint()
        complaint.slot = UInt16(truncatingIfNeeded: SlotMap.firstClient + connection)
        complaint.login = unsafe connections[connection].login
        complaint.fault = fault
        complaint.type = type
        complaint.length = UInt32(truncatingIfNeeded: length)
        complaint.error = error
        _ = mailbox.complaints.push(complaint)
    }
}
