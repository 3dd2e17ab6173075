import Crossing
import Testing
import Vocabulary

/// Layouts are shared between processes and with files on disk: moving a field is a new version.
@Suite("Layouts that cross processes")
struct LayoutTests {
    @Test("an audit record's fixed part is two slots, its hot fields on the first line")
    func auditRecord() {
        #expect(MemoryLayout<AuditRecord>.size == AuditRecord.fixedBytes)
        #expect(MemoryLayout<AuditRecord>.stride == 256)
        #expect(MemoryLayout<AuditRecord>.offset(of: \.t) == 16)
        #expect(MemoryLayout<AuditRecord>.offset(of: \.orderID) == 24)
        #expect(MemoryLayout<AuditRecord>.offset(of: \.lastQty) == 64)
        #expect(MemoryLayout<AuditRecord>.offset(of: \.refPx) == 128)
        #expect(MemoryLayout<AuditRecord>.offset(of: \.tscReceived) == 192)
        #expect(MemoryLayout<AuditRecord>.offset(of: \.value) == 248)
    }

    @Test("telemetry is one slot, a command two, a control frame 528")
    func others() {
        #expect(MemoryLayout<TelemetryRecord>.size == 128)
        #expect(MemoryLayout<QuoteLine>.size == 120)
        #expect(MemoryLayout<Command>.size == 256)
        #expect(MemoryLayout<Command>.offset(of: \.text) == 128)
        #expect(MemoryLayout<CommandReply>.size == 64)
        #expect(MemoryLayout<ControlFrame>.size == ControlFrame.bytes)
        #expect(MemoryLayout<ImageHeader>.size <= ImageHeader.strideBytes)
    }

    @Test("an enum in a shared layout is stored as its raw value")
    func enumBytes() {
        // Swift stores a case's number, not its raw value: the two must be the same.
        for kind in RecordKind.allCases {
            #expect(unsafeBitCast(kind, to: UInt8.self) == kind.rawValue)
        }
        for status in OrdStatus.allCases {
            #expect(unsafeBitCast(status, to: UInt8.self) == status.rawValue)
        }
        for kind in Command.Kind.allCases {
            #expect(unsafeBitCast(kind, to: UInt8.self) == kind.rawValue)
        }
    }

    @Test("image tables keep their strides")
    func image() {
        #expect(MemoryLayout<ImageVenue>.stride == 184)
        #expect(MemoryLayout<ImageInstrument>.stride == 128)
        #expect(MemoryLayout<ImageAccount>.stride == 96)
        #expect(MemoryLayout<ImageStrategy>.stride == 112)
        #expect(MemoryLayout<ImageClient>.stride == 160)
        #expect(MemoryLayout<ImageRole>.stride == 8)
    }
}
